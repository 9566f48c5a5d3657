/** A quantile of numbers, with linear interpolation between neighbours. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('there is no quantile of nothing');
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return low + (high - low) * (place - Math.floor(place));
}

/** The middle of numbers. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** The average of numbers: for what costs much now and then. */
export const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
