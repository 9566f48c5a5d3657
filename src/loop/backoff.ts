import type { Backoff } from '../model/inspection.ts';

/** The longest wait between two tries. */
export const MAX_BACKOFF_MS = 300_000;

/**
 * The wait after one more failure: the poll interval, doubled with each failure in a row, 5 minutes at most. It is
 * stored with the loop, so that a restart of the worker does not forget it.
 *
 * @param previous the wait before this failure, null if the last try went well
 * @param pollInterval milliseconds
 * @param now epoch milliseconds
 */
export function nextBackoff(previous: Backoff | null, pollInterval: number, now: number): Backoff {
  const failures = (previous?.failures ?? 0) + 1;
  return { failures, until: now + Math.min(MAX_BACKOFF_MS, pollInterval * 2 ** (failures - 1)) };
}

/**
 * Whether to wait still. A wait longer than any that this code makes comes from a clock that was set back; it ends at
 * once rather than in a year.
 */
export function isBackingOff(backoff: Backoff | null, now: number): backoff is Backoff {
  return backoff !== null && now < backoff.until && backoff.until - now <= MAX_BACKOFF_MS;
}
