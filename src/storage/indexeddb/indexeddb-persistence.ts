import type { Clock, IdSource } from '../../clock.ts';
import { isNudgeloopError, NudgeloopError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { epochAfterErasure } from '../../model/epoch.ts';
import { isOutcomeUnknown, UNKNOWN_OUTCOME } from '../is-outcome-unknown.ts';
import type { GoalFeedbackPersistence } from '../persistence.ts';
import { systemClock, systemIds } from '../../system.ts';
import { createConnection, type Handle } from './connection.ts';
import { layEpochs, takeSpare } from './epochs.ts';
import { keepsCommitsWhole } from './keeps-commits-whole.ts';
import type { OpenLocks } from './open-locks.ts';
import { STORES } from './schema.ts';
import { loopTransaction, type DatabaseTransaction, type LoopTransaction } from './transaction.ts';
import { storageError } from './storage-error.ts';

/** Options of `createIndexedDbPersistence`. */
export interface IndexedDbPersistenceOptions {
  /** The database's name. */
  readonly database: string;
  /**
   * `strict`: a write is on disk when it resolves. `relaxed`: it is with the operating system, and a power cut may lose the
   * last seconds. Firefox before 126 knows only `relaxed`.
   *
   * @default 'strict'
   */
  readonly durability?: 'strict' | 'relaxed' | undefined;
  /** Makes the epoch's name when the database is created. @default random UUIDs */
  readonly newId?: IdSource | undefined;
  /** Limits how long opening may take. @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Gets `storage.degraded` when the browser closed the database and it was opened again. @default silent */
  readonly log?: Log | undefined;
  /**
   * The browser's `navigator.locks`. With them, a database of this name that other code created without any store is deleted
   * and recreated. Without them, or if that database has other stores, each call fails with `storage.failed`.
   *
   * @default none
   */
  readonly locks?: OpenLocks | undefined;
}

/**
 * Stores loops in IndexedDB. The database is opened at the first call.
 *
 * @example
 * ```ts no-run
 * import { createIndexedDbPersistence } from 'nudgeloop/core';
 *
 * const persistence = createIndexedDbPersistence({ database: 'nudgeloop' });
 * await persistence.probe(); // rejects with storage.failed where IndexedDB can't be used
 * ```
 */
export function createIndexedDbPersistence(options: IndexedDbPersistenceOptions): GoalFeedbackPersistence {
  const { newId = systemIds, clock = systemClock } = options;
  return keepInIndexedDb({ ...options, newId, clock });
}

/** The options that a host passes, which has a clock and a source of ids. */
export type HostedPersistenceOptions = IndexedDbPersistenceOptions & { readonly newId: IdSource; readonly clock: Clock };

/** `createIndexedDbPersistence` for hosts. */
export function keepInIndexedDb(options: HostedPersistenceOptions): GoalFeedbackPersistence {
  const { durability = 'strict', newId } = options;
  const connection = createConnection(options);
  const commitsAhead = keepsCommitsWhole();

  const run = async <T>(
    mode: 'readonly' | 'readwrite',
    work: (transaction: DatabaseTransaction, handle: Handle) => Promise<T>,
    keepsHandle = false,
  ): Promise<T> => {
    const [transaction, handle] = await connection.begin((database): DatabaseTransaction => {
      // Both modes are typed as the larger one; a `ReadTransaction` hides what the smaller can't do.
      return database.transaction([...STORES], mode as 'readwrite', { durability });
    });
    // The failure is reported below, by whichever of the two comes first, and never as an unhandled rejection.
    transaction.done.catch(() => undefined);
    const refusal = firstRefusal(transaction);
    let end = (): void => undefined;
    const lost = new Promise<never>((_resolve, reject) => {
      end = () => {
        const text = 'The browser took the database away while this was under way. Try again.';
        reject(new NudgeloopError('storage.failed', text, { seen: UNKNOWN_OUTCOME }));
      };
    });
    handle.underWay.add(end);
    const done = (async () => {
      const result = await work(transaction, handle);
      if (mode === 'readwrite' && commitsAhead) transaction.commit();
      // `complete`, not the requests' success: under quota the requests succeed and then the commit is refused.
      await transaction.done;
      return result;
    })();
    try {
      return await Promise.race([done, lost]);
    } catch (error) {
      // Read before the abort, which refuses everything still in progress.
      const refused = refusal();
      await Promise.race([abort(transaction), lost.catch(() => undefined)]);
      // What ended the transaction, if anything did: an error of `work` may be only its consequence.
      const cause = transaction.error ?? refused ?? error;
      const typed = cause instanceof DOMException ? storageError(cause) : cause;
      // After a full disk, Firefox lets the next transaction of the same handle only delete, which an erasure wants. A handle on damaged files,
      // or on files that a phone took away, fails for good, while the next handle finds a repaired or recreated database.
      const isSpent = isOutcomeUnknown(typed) || (isNudgeloopError(typed, 'storage.quota') && !keepsHandle);
      if (isSpent) connection.release(handle);
      throw typed;
    } finally {
      handle.underWay.delete(end);
    }
  };

  const viewOf = (transaction: DatabaseTransaction, loop: string, handle: Handle): LoopTransaction => {
    const view = loopTransaction(transaction, loop);
    return {
      ...view,
      async epoch() {
        const epoch = await view.epoch();
        handle.epoch = Promise.resolve(epoch);
        return epoch;
      },
    };
  };

  return {
    durable: true,
    probe: async () => void (await connection.open()),
    async epoch() {
      const handle = await connection.open();
      handle.epoch ??= run('readonly', (transaction) => loopTransaction(transaction, '').epoch());
      handle.epoch.catch(() => (handle.epoch = undefined));
      return handle.epoch;
    },
    loops: () => run('readonly', loopsIn),
    read: (loop, work) =>
      run('readonly', (transaction, handle) => {
        const view = viewOf(transaction, loop, handle);
        view.epoch().catch(() => undefined);
        return work(view);
      }),
    write: (loop, work) =>
      run('readwrite', async (transaction, handle) => {
        const view = viewOf(transaction, loop, handle);
        const result = await work(view);
        view.flush();
        return result;
      }),
    async eraseAll(look) {
      const handle = await connection.open();
      handle.epoch = undefined;
      const erase = (refusal?: unknown): Promise<void> =>
        run('readwrite', async (transaction) => {
          for (const loop of look === undefined ? [] : await loopsIn(transaction)) await look?.(loop, loopTransaction(transaction, loop));
          // The second time without the first store, `meta`, where the spares are.
          for (const store of STORES.slice(refusal ? 1 : 0)) transaction.objectStore(store).clear().catch(() => undefined);
          const meta = transaction.objectStore('meta');
          if (refusal) await takeSpare(meta, refusal);
          else layEpochs(meta, epochAfterErasure(newId()), newId);
        }, !refusal);
      await erase().catch((error: unknown) => (isNudgeloopError(error, 'storage.quota') ? erase(error) : Promise.reject(error)));
      // Deleted again: a read that started earlier may have set the old one in the meantime.
      handle.epoch = undefined;
    },
    close: () => connection.close(),
  };
}

async function loopsIn(transaction: DatabaseTransaction): Promise<string[]> {
  const keys = await transaction.objectStore('documents').getAllKeys();
  // Any script of the origin can write rows, under any key.
  return [...new Set(keys.map(([loop]) => loop))].filter((loop) => typeof loop === 'string');
}

/**
 * The error of the first request that fails. In Firefox, a request that is refused by itself, such as a value too large
 * for the available room, ends `done` before the transaction knows why, and nobody awaits the request.
 */
function firstRefusal(transaction: DatabaseTransaction): () => DOMException | null {
  let refused: DOMException | null = null;
  const note = ({ target }: Event): void => void (refused ??= (target as IDBRequest).error);
  // In the capture phase, since the first listener of the bubbling phase ends `done`.
  transaction.addEventListener('error', note, { capture: true });
  return () => refused;
}

async function abort(transaction: DatabaseTransaction): Promise<void> {
  try {
    transaction.abort();
  } catch {
    // The transaction has ended already, and can't be aborted again.
  }
  await transaction.done.catch(() => undefined);
}
