import { isNudgeloopError } from '../errors.ts';
import type { WriteTransaction } from '../storage/persistence.ts';
import type { LoopState } from './loop-state.ts';
import { UNCHANGED, type LoopStore } from './loop-store.ts';

/**
 * One change of a loop. It must refuse (throw a `NudgeloopError`) before it has changed anything, and answers
 * `UNCHANGED` when there was nothing to do.
 */
export type Operation<T> = (transaction: WriteTransaction, state: LoopState) => Promise<T | typeof UNCHANGED>;

/** Stores operations, as many at once as came in while the last ones were being stored. */
export interface GroupCommit {
  /**
   * Carries an operation out. Operations happen in the order in which they came; those that wait together share one
   * transaction, so that durability costs the same for one as for a hundred.
   *
   * @returns what the operation returned, once it is durable
   */
  submit<T>(operation: Operation<T>): Promise<T | typeof UNCHANGED>;
  /** Settles when nothing is under way. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Operations in one transaction at the most. */
const GROUP_SIZE = 256;

/**
 * Makes the queue of one loop.
 *
 * @param store where the loop is
 * @param committed told after each commit that changed something
 */
export function createGroupCommit(store: LoopStore, committed: (state: LoopState) => void): GroupCommit {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    let outcomes: Outcome[] = [];
    let after: LoopState | undefined;
    await store.update(async (transaction, state) => {
      outcomes = [];
      for (const { operation } of group) outcomes.push(await attempt(operation, transaction, state));
      if (!outcomes.some((outcome) => 'value' in outcome && outcome.value !== UNCHANGED)) return UNCHANGED;
      after = state;
      return undefined;
    });
    if (after !== undefined) committed(after);
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index]!;
      if ('value' in outcome) resolve(outcome.value);
      else reject(outcome.error);
    });
  };

  const drain = async (): Promise<void> => {
    // Calls made in the same turn belong together; they are all here one microtask later.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.splice(0, GROUP_SIZE);
      try {
        await commit(group);
      } catch (error) {
        // The storage refused the group, perhaps for one large operation only: each gets a transaction of its own.
        for (const one of group) {
          if (group.length === 1) one.reject(error);
          else await commit([one]).catch(one.reject);
        }
      }
    }
    draining = undefined;
  };

  return {
    submit: <T>(operation: Operation<T>) =>
      new Promise<T | typeof UNCHANGED>((resolve, reject) => {
        waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject });
        draining ??= drain();
      }),
    settled: async () => {
      await draining;
    },
  };
}

/** A refusal touches nobody else in the group. Anything else came from the storage, and ends the transaction. */
async function attempt(operation: Operation<unknown>, transaction: WriteTransaction, state: LoopState): Promise<Outcome> {
  try {
    return { value: await operation(transaction, state) };
  } catch (error) {
    if (!isNudgeloopError(error) || error.code.startsWith('storage.')) throw error;
    return { error };
  }
}
