import type { Backoff } from '../../model/inspection.ts';

/** The longest wait between two tries. */
export const MAX_BACKOFF_MS = 300_000;

/**
 * The wait after one more failure: the poll interval, doubled with each failure in a row, at most 5 minutes. It is
 * stored with the loop, so a restarted worker remembers it.
 *
 * @param previous the wait before this failure; null if the last try succeeded
 * @param pollInterval milliseconds
 * @param now epoch milliseconds
 */
export function nextBackoff(previous: Backoff | null, pollInterval: number, now: number): Backoff {
  const failures = (previous?.failures ?? 0) + 1;
  return { failures, until: now + Math.min(MAX_BACKOFF_MS, pollInterval * 2 ** (failures - 1)) };
}

/** The first wait for room on a full disk, in milliseconds, and the longest. */
const ROOM_WAIT_MS = 1_000;
const MAX_ROOM_WAIT_MS = 10_000;

/**
 * The wait after an outcome found no room on the disk: a second, doubled each time, at most 10 seconds. It does not
 * depend on the poll interval, since no source and no strategy failed: as soon as somebody makes room, the nudge is
 * due.
 *
 * @param previous the wait before; null if the last outcome was stored
 * @param now epoch milliseconds
 */
export function nextRoomWait(previous: Backoff | null, now: number): Backoff {
  const { failures, until } = nextBackoff(previous, ROOM_WAIT_MS, now);
  return { failures, until: Math.min(until, now + MAX_ROOM_WAIT_MS) };
}

/**
 * When a wait ends, in epoch milliseconds; 0 if it is over. If it is longer than any that this code makes, the clock
 * was set back: the wait ends at once rather than in a year.
 *
 * @param until the stored end, in epoch milliseconds; by default there is no wait
 */
export function endOfWait(until: number | undefined, now: number): number {
  return until !== undefined && now < until && until - now <= MAX_BACKOFF_MS ? until : 0;
}
