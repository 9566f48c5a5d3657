import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';

/** How many test loops were made over each storage. */
const starts = new WeakMap<GoalFeedbackPersistence, number>();

/**
 * Names a start of the simulated browser: the prefix of all ids that it makes. A second start over the same storage has
 * another name, since the loop takes a call with a known id for a resend.
 *
 * @param seed the seed of the test loop
 * @param storage the storage that the test passed; undefined for one that nobody else has
 */
export function nameOfStart(seed: number, storage: GoalFeedbackPersistence | undefined): string {
  if (storage === undefined) return `s${seed}`;
  const count = (starts.get(storage) ?? 0) + 1;
  starts.set(storage, count);
  return count === 1 ? `s${seed}` : `s${seed}.${count}`;
}
