import type { GoalFeedbackPersistence, Journal, JournalEntry } from '../../storage/persistence.ts';

/**
 * Notes a case of the contract.
 *
 * @param name what the user of the provider gets
 * @param body rejects when the provider under test does not keep to it. It is given an empty storage, and what opens another object over
 * it; of a provider that is not durable, that is the same one.
 */
export type Check = (
  name: string,
  body: (store: GoalFeedbackPersistence, open: () => GoalFeedbackPersistence) => Promise<void>,
) => void;

/** Makes entries that can be told apart by their values and by their times. */
export function entries(first: number, count: number): JournalEntry[] {
  return Array.from({ length: count }, (_, index) => ({ seq: first + index, at: 1_000 + first + index, value: { n: first + index } }));
}

/** Reads all entries of a loop's journal. */
export function all(store: GoalFeedbackPersistence, loop = 'a', journal: Journal = 'history'): Promise<JournalEntry[]> {
  return store.read(loop, (tx) => tx.readForward(journal, 0, 10_000));
}

/** Reads documents of a loop; null stands for one that is not there. */
export function documents(store: GoalFeedbackPersistence, loop: string, ...keys: readonly string[]): Promise<unknown[]> {
  return store.read(loop, (tx) => Promise.all(keys.map(async (key) => (await tx.readDocument(key)) ?? null)));
}
