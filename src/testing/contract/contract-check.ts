import type { GoalFeedbackPersistence, Journal, JournalEntry } from '../../storage/persistence.ts';

/**
 * Adds a case to the contract.
 *
 * @param name what the user of the provider gets
 * @param body rejects if the provider under test breaks the contract. It gets an empty storage, and a function that
 * opens another object over it; if the provider is not durable, that is the same object.
 */
export type Check = (
  name: string,
  body: (store: GoalFeedbackPersistence, open: () => GoalFeedbackPersistence) => Promise<void>,
) => void;

/** Makes entries with distinct values and times. */
export function entries(first: number, count: number): JournalEntry[] {
  return Array.from({ length: count }, (_, index) => ({ seq: first + index, at: 1_000 + first + index, value: { n: first + index } }));
}

/** Reads all entries of a loop's journal. */
export function all(store: GoalFeedbackPersistence, loop = 'a', journal: Journal = 'history'): Promise<JournalEntry[]> {
  return store.read(loop, (tx) => tx.readForward(journal, 0, 10_000));
}

/** Reads documents of a loop; null stands for a missing one. */
export function documents(store: GoalFeedbackPersistence, loop: string, ...keys: readonly string[]): Promise<unknown[]> {
  return store.read(loop, (tx) => Promise.all(keys.map(async (key) => (await tx.readDocument(key)) ?? null)));
}
