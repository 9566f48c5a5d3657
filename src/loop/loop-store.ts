import type { IdSource } from '../clock.ts';
import type { JsonValue } from '../model/plain-data.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { readLoopState, STATE_KEY, type LoopState } from './loop-state.ts';

/** Answered by an update that found nothing to change: then nothing is written, and no revision is used. */
export const UNCHANGED: unique symbol = Symbol('unchanged');

/** One loop of a persistence provider, with its state read and written around the work. */
export interface LoopStore {
  /** Reads as of one instant. */
  read<T>(work: (transaction: ReadTransaction, state: LoopState) => Promise<T>): Promise<T>;
  /**
   * Changes the loop in one step. `state` is a draft: what the work leaves in it is stored, under the next revision.
   *
   * @returns what the work returned; with `UNCHANGED`, nothing was written
   */
  update<T>(work: (transaction: WriteTransaction, state: LoopState) => Promise<T>): Promise<T>;
}

/**
 * Makes the store of one loop. It keeps nothing in memory: a service worker may vanish at any await, and another
 * context may write the same loop, so each step begins with what is stored.
 *
 * @param persistence where
 * @param loop whose
 * @param now stamps documents, in epoch milliseconds
 * @param newId names each life of the loop
 */
export function createLoopStore(
  persistence: GoalFeedbackPersistence,
  loop: string,
  now: () => number,
  newId: IdSource,
): LoopStore {
  return {
    read: (work) =>
      persistence.read(loop, async (transaction) =>
        work(transaction, readLoopState(await transaction.readDocument(STATE_KEY))),
      ),
    update: (work) =>
      persistence.write(loop, async (transaction) => {
        const state = readLoopState(await transaction.readDocument(STATE_KEY));
        if (state.incarnation === '') state.incarnation = newId();
        const result = await work(transaction, state);
        if (result !== UNCHANGED) {
          state.revision += 1;
          transaction.writeDocument(STATE_KEY, state as unknown as JsonValue, now());
        }
        return result;
      }),
  };
}
