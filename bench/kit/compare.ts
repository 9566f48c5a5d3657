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

/** How a result stands to its goal. `within noise`: the median reached it, but more than a quarter of the rounds did not. */
export type Verdict = 'reached' | 'within noise' | 'not yet';

/** Judges a result by its median and by the quartile on the bad side: a median alone changes sides from run to run. */
export function verdictOf({ ratio, p25, p75, goal, higherIsBetter }: Pick<Result, 'ratio' | 'p25' | 'p75' | 'goal' | 'higherIsBetter'>): Verdict {
  const isGood = (number: number): boolean => (higherIsBetter ? number >= goal : number <= goal);
  if (!isGood(ratio)) return 'not yet';
  return isGood(higherIsBetter ? p25 : p75) ? 'reached' : 'within noise';
}
