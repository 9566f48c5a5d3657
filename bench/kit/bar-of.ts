import type { Bar } from './figure.ts';
import { median, quantile } from './statistics.ts';

/** Makes a bar of what rounds measured. */
export function barOf(label: string, rounds: readonly number[], isOurs = false): Bar {
  return { label, value: median(rounds), p25: quantile(rounds, 0.25), p75: quantile(rounds, 0.75), isOurs, rounds };
}
