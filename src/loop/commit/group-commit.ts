import { isOutcomeUnknown } from '../../storage/is-outcome-unknown.ts';
import { isStorageError } from '../../storage/is-storage-error.ts';
import type { LoopState } from '../state/loop-state.ts';
import { UNCHANGED, type LoopStore } from './loop-store.ts';
import { Found, type Operation } from './operation.ts';

/** Stores operations in groups: all that came in while the last group was being stored. */
export interface GroupCommit {
  /**
   * Carries out an operation. Operations happen in the order in which they came. Those that wait together share one
   * transaction, so durability costs the same for one as for a hundred.
   *
   * @returns what the operation returned, or what an earlier copy of it did, once it is durable; undefined for `UNCHANGED`
   */
  submit<T>(operation: Operation<T>): Promise<T | undefined>;
  /** Settles once everything submitted so far is stored or refused. */
  reached(): Promise<void>;
}

/** A place in the queue that somebody waits for. */
interface Mark {
  readonly reach: () => void;
}

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The most operations in one transaction. */
const GROUP_SIZE = 256;

/**
 * Makes the queue of one loop.
 *
 * @param store the loop's store
 * @param committed called after each commit that changed something
 */
export function createGroupCommit(store: LoopStore, committed: (state: LoopState) => void): GroupCommit {
  const waiting: (Waiting | Mark)[] = [];
  let draining: Promise<void> | undefined;

  const commit = async (group: readonly Waiting[], isRepeated: boolean): Promise<void> => {
    let values: unknown[] = [];
    let after: LoopState | undefined;
    await store.update(async (transaction, state, log) => {
      // The work may run twice; nobody is told of a run that was undone.
      [values, after] = [[], undefined];
      for (const waiter of group) {
        values.push(
          await waiter.operation(transaction, state, log).catch((error: unknown) => {
            // Rethrown as it is: the storage lets go of a handle that fails this way.
            throw isOutcomeUnknown(error) ? error : new Failed(waiter, error);
          }),
        );
      }
      const isFound = values.some((value) => value instanceof Found);
      const isUnchanged = values.every((value) => value === UNCHANGED || value instanceof Found);
      // If an operation finds its work done when it is repeated or resent, perhaps nobody was told of it.
      if (!isUnchanged || isRepeated || isFound) after = state;
      return isUnchanged ? UNCHANGED : undefined;
    });
    if (after !== undefined) committed(after);
    group.forEach(({ resolve }, index) => {
      const value = values[index];
      resolve(value instanceof Found ? value.answer : value === UNCHANGED ? undefined : value);
    });
  };

  /** Stores a group, or the part of it that can be stored. */
  const storeGroup = async (group: readonly Waiting[], isRepeated = false): Promise<void> => {
    try {
      if (group.length > 0) await commit(group, isRepeated);
    } catch (error) {
      const { waiter: culprit, reason } = error instanceof Failed ? error : { waiter: undefined, reason: error };
      // An operation that refuses ends its transaction, and the others are stored without it.
      if (culprit !== undefined && !isStorageError(reason)) {
        culprit.reject(reason);
        return storeGroup(group.filter((waiter) => waiter !== culprit), isRepeated);
      }
      // The storage refused the group, perhaps because of one large operation: each gets a transaction of its own. If
      // the group may have been stored after all, only operations that would find their receipt are repeated, and once:
      // others would be stored twice. That includes a single one, whose caller would otherwise make it again under
      // another id.
      const isUnknown = isOutcomeUnknown(reason);
      const goesAgain = ({ operation }: Waiting): boolean => (isUnknown ? !isRepeated && operation.isRepeatable === true : group.length > 1);
      for (const waiter of group) {
        if (goesAgain(waiter)) await storeGroup([waiter], isUnknown);
        else waiter.reject(reason);
      }
    }
  };

  const drain = async (): Promise<void> => {
    // Calls made in the same turn belong together; one microtask later all of them are here.
    await Promise.resolve();
    while (waiting.length > 0) {
      const end = waiting.findIndex((item) => 'reach' in item);
      const group = waiting.splice(0, Math.min(GROUP_SIZE, end < 0 ? waiting.length : end)) as Waiting[];
      if (group.length > 0) await storeGroup(group);
      else {
        (waiting.shift() as Mark).reach();
        // Callers that waited begin their transactions first, so these don't see the next group.
        await Promise.resolve();
      }
    }
    draining = undefined;
  };

  return {
    submit: <T>(operation: Operation<T>) =>
      new Promise<T | undefined>((resolve, reject) => {
        waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject });
        draining ??= drain();
      }),
    reached: () =>
      new Promise((reach) => {
        if (draining === undefined) reach();
        else waiting.push({ reach });
      }),
  };
}

/** Carries an operation's failure out of the transaction, which ends with it. */
class Failed extends Error {
  constructor(
    readonly waiter: Waiting,
    readonly reason: unknown,
  ) {
    super('an operation failed');
  }
}
