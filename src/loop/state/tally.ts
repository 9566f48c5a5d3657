/** How much is in a journal. */
export interface Tally {
  count: number;
  /** An estimate: the length as JSON, and of what was removed the average. */
  bytes: number;
}

/** Counts values in, whose `bytes` may be known already. */
export function countIn(tally: Tally, values: readonly unknown[], bytes = bytesOf(values)): void {
  tally.count += values.length;
  tally.bytes += bytes;
}

/** Counts values out, by the average: measuring them would mean to read them. */
export function countOut(tally: Tally, count: number): void {
  const left = Math.max(0, tally.count - count);
  tally.bytes = left === 0 ? 0 : Math.round((tally.bytes * left) / tally.count);
  tally.count = left;
}

/** The length of values as JSON, in bytes, about. */
export function bytesOf(values: readonly unknown[]): number {
  return values.length === 0 ? 0 : JSON.stringify(values).length;
}
