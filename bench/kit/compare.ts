import type { Result } from './figure.ts';
import { median, quantile } from './statistics.ts';

/** What `compare` needs beside the numbers. */
export type Comparison = Pick<Result, 'name' | 'goal' | 'unit' | 'against'> & {
  readonly higherIsBetter?: boolean;
  /** A number of each round. */
  readonly ours: readonly number[];
  /** A number of each round, or one number that all rounds are measured by. */
  readonly other: readonly number[] | number;
  readonly note?: string | undefined;
};

/**
 * Makes a result of rounds. The ratio is taken within each round, where both sides met the same machine, and only then
 * is the median taken over rounds.
 *
 * @throws Error when a number is missing or none
 */
export function compare({ name, goal, unit, against, higherIsBetter = false, ours, other, note }: Comparison): Result {
  const others = typeof other === 'number' ? ours.map(() => other) : other;
  if (ours.length === 0 || ours.length !== others.length) throw new Error(`${name}: ${ours.length} rounds of ours, ${others.length} of the other`);
  const ratios = ours.map((value, round) => value / others[round]!);
  if (!ratios.every(Number.isFinite)) throw new Error(`${name}: not a number among ${ratios.join(', ')}`);
  return {
    name,
    ratio: median(ratios),
    goal,
    higherIsBetter,
    p25: quantile(ratios, 0.25),
    p75: quantile(ratios, 0.75),
    floor: median(others),
    value: median(ours),
    unit,
    against,
    rounds: { ours, other: others },
    ...(note === undefined ? {} : { note }),
  };
}

/** Whether a result reached its goal. */
export function isReached({ ratio, goal, higherIsBetter }: Pick<Result, 'ratio' | 'goal' | 'higherIsBetter'>): boolean {
  return higherIsBetter ? ratio >= goal : ratio <= goal;
}
