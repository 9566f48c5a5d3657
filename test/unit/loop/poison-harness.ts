import { createOwnStrategy, type Harness } from './harness.ts';

/** A strategy that fails at actions marked so. */
export const wary = (fail: () => unknown = () => Promise.reject(new Error('poison'))) =>
  createOwnStrategy((actions) => (actions.some((action) => action['poison'] === true) ? fail() : actions));

/** So many actions, numbered, of which those at the places given are marked as poison. */
export const batch = (size: number, ...poisoned: readonly number[]) =>
  Array.from({ length: size }, (_none, n) => (poisoned.includes(n) ? { n, poison: true } : { n }));

/** The numbers of the actions that a journal holds. */
export const numbersOf = async ({ worker }: Harness, journal: 'history' | 'dead'): Promise<unknown[]> => {
  const numbers = await worker.read(async (transaction) => {
    const entries = await transaction.readForward(journal, 0, 1_000);
    return entries.flatMap(({ value }) => {
      const record = value as { n?: unknown; actions?: { n: unknown }[] };
      return record.actions?.map(({ n }) => n) ?? [record.n];
    });
  });
  // In which order tries end is nobody's promise; in which order actions are kept is.
  return journal === 'dead' ? numbers.sort((a, b) => Number(a) - Number(b)) : numbers;
};

/** Wakes the worker until nothing is left to do. */
export async function drain(harness: Harness): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    const { nextAt } = await harness.worker.wake();
    if (nextAt === null) return;
    harness.clock.advance(Math.max(0, nextAt - harness.clock.now()));
  }
}
