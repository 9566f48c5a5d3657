/** How much is in a journal. */
export interface Tally {
  count: number;
  /** An estimate: the length as JSON, and the average for what was removed. */
  bytes: number;
}

/** Counts values in. Pass `bytes` if it is known. */
export function countIn(tally: Tally, values: readonly unknown[], bytes = bytesOf(values)): void {
  tally.count += values.length;
  tally.bytes += bytes;
}

/** Counts values out, by the average: to measure them, they would have to be read. */
export function countOut(tally: Tally, count: number): void {
  const left = Math.max(0, tally.count - count);
  tally.bytes = left === 0 ? 0 : Math.round((tally.bytes * left) / tally.count);
  tally.count = left;
}

/** The approximate length of values as JSON, in bytes. */
export function bytesOf(values: readonly unknown[]): number {
  return values.length === 0 ? 0 : JSON.stringify(values).length;
}
