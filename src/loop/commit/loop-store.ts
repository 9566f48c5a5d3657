import type { Clock, IdSource } from '../../clock.ts';
import type { LogWriter } from '../../log/log.ts';
import { createWaitingLog } from '../../log/waiting-log.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { STATE_KEY, type LoopState } from '../state/loop-state.ts';
import { readLoopState } from '../state/read-loop-state.ts';
import { draftTransaction, type KnownRows } from './draft-transaction.ts';

/** Returned by work that found nothing to change: then nothing is written, and no revision is used. */
export const UNCHANGED: unique symbol = Symbol('unchanged');

/** What an update tells of its work. */
type Told<T> = T extends typeof UNCHANGED ? undefined : T;

/** One loop in a persistence provider. Its state is read before the work and written after it. */
export interface LoopStore {
  /** Reads as of one instant. */
  read<T>(work: (transaction: ReadTransaction, state: LoopState) => Promise<T>): Promise<T>;
  /**
   * Changes the loop in one transaction. `state` is a draft: what the work leaves in it is stored, under the next
   * revision. The work may run twice, and be undone; what it logs is written once it is stored.
   *
   * @returns what the work returned; undefined for `UNCHANGED`
   */
  update<T>(work: (transaction: WriteTransaction, state: LoopState, log: LogWriter) => Promise<T>): Promise<Told<T>>;
}

/** Options of `createLoopStore`. */
export interface LoopStoreOptions {
  /** The loop's name. */
  readonly loop: string;
  /** Stamps documents. */
  readonly clock: Pick<Clock, 'now'>;
  /** Names each life of the loop. */
  readonly newId: IdSource;
  /** Where the work's log goes. @default nowhere */
  readonly log?: LogWriter;
}

/** A loop as the last change in this host left it. */
interface Known {
  /** The next update continues with it as its draft. */
  readonly state: LoopState;
  readonly revision: number;
  readonly incarnation: string;
  readonly rows: KnownRows;
}

/**
 * Makes the store of one loop. A service worker may vanish at any await, and another context may write the same loop,
 * so nothing in memory is trusted. An update starts from the loop as the last one left it, and reads the stored
 * revision within its transaction. If that differs, the update is undone and repeated from what is stored.
 *
 * @param persistence the storage
 */
export function createLoopStore(persistence: GoalFeedbackPersistence, { loop, clock, newId, log }: LoopStoreOptions): LoopStore {
  let known: Known | undefined;

  const run = async <T>(
    work: (transaction: WriteTransaction, state: LoopState, log: LogWriter) => Promise<T>,
    memory: Known | undefined,
    outdated: () => void,
  ): Promise<Told<T>> => {
    let after: Known | undefined;
    let unspent = memory;
    let logged = createWaitingLog();
    const result = await persistence.write(loop, async (base) => {
      // A provider may run the work again, and by then the remembered loop has been changed.
      const begun = unspent;
      unspent = after = undefined;
      logged = createWaitingLog();
      // Requested first and awaited last: in the meantime the work runs and its rows are on their way.
      const stored = base.readDocument(STATE_KEY);
      stored.catch(() => undefined);
      const assertCurrent = async (): Promise<void> => {
        if (begun === undefined || isCurrent(begun, await stored)) return;
        outdated();
        throw new Error('another context wrote the loop');
      };
      const epoch = begun?.rows.epoch ?? (await base.epoch());
      const state = begun?.state ?? readLoopState(await stored);
      const draft = draftTransaction(base, state.near, begun?.rows);
      if (state.incarnation === '') state.incarnation = newId();
      try {
        const done = await work(draft, state, logged.writer);
        const isChanged = done !== UNCHANGED || draft.isChanged();
        if (isChanged) {
          state.revision += 1;
          state.near = await draft.flush();
          base.writeDocument(STATE_KEY, state as unknown as JsonValue, clock.now());
        }
        await assertCurrent();
        // The work may have noted in the draft what it only looked at. That is not stored, so it must not count as known.
        const { revision, incarnation } = state;
        if (isChanged) after = { state, revision, incarnation, rows: { epoch, tails: draft.tails() } };
        return done;
      } catch (error) {
        await assertCurrent();
        throw error;
      }
    });
    known = after;
    if (log !== undefined) logged.writeTo(log);
    return (result === UNCHANGED ? undefined : result) as Told<T>;
  };

  return {
    read: (work) =>
      persistence.read(loop, async (transaction) => {
        const state = readLoopState(await transaction.readDocument(STATE_KEY));
        // A draft that changes nothing, used for its reads: they find what the state row holds.
        return work(draftTransaction(transaction as WriteTransaction, state.near, undefined), state);
      }),
    async update(work) {
      const begun = known;
      // Whoever comes in the meantime, or after a failure, starts from what is stored.
      known = undefined;
      // Noted, since the error that is thrown may be another one: a database reports that a place was taken, which only
      // follows from this.
      let isOutdated = false;
      try {
        return await run(work, begun, () => (isOutdated = true));
      } catch (error) {
        if (!isOutdated) throw error;
        return run(work, undefined, () => undefined);
      }
    },
  };
}

/**
 * Whether a loop is still the stored one. Each change has a revision of its own within a life of the loop, and no life
 * of it outlasts the storage's.
 */
function isCurrent({ revision, incarnation }: Known, document: JsonValue | undefined): boolean {
  return isPlainRecord(document) && document['revision'] === revision && document['incarnation'] === incarnation;
}
