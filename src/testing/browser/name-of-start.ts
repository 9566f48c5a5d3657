import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';

/** How many test loops were made over each storage. */
const starts = new WeakMap<GoalFeedbackPersistence, number>();

/**
 * Names a start of the simulated browser: what all ids begin with that are made in it. A second start over the same storage
 * has another name, since the loop takes a call whose id it knows for a copy of the old one.
 *
 * @param seed of the test loop
 * @param storage what the test handed in; undefined for one that nobody else has
 */
export function nameOfStart(seed: number, storage: GoalFeedbackPersistence | undefined): string {
  if (storage === undefined) return `s${seed}`;
  const count = (starts.get(storage) ?? 0) + 1;
  starts.set(storage, count);
  return count === 1 ? `s${seed}` : `s${seed}.${count}`;
}
