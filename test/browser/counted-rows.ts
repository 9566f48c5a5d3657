import type { GoalFeedbackPersistence } from 'nudgeloop/core';

/** Appends a row to a loop's history, in a transaction that reads first where it goes: what two did at once would collide. */
export const add = (store: GoalFeedbackPersistence): Promise<void> =>
  store.write('a', async (tx) => {
    const next = Number((await tx.readDocument('next')) ?? 0);
    tx.append('history', [{ seq: next, at: next, value: next }]);
    tx.writeDocument('next', next + 1, 0);
  });

/** How many rows there are. */
export const lengthOf = async (store: GoalFeedbackPersistence): Promise<number> =>
  (await store.read('a', (tx) => tx.readForward('history', 0, 1_000))).length;
