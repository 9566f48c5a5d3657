import type { Backoff } from '../../model/inspection.ts';

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

/** The first wait for room on a full disk, in milliseconds, and the longest. */
const ROOM_WAIT_MS = 1_000;
const MAX_ROOM_WAIT_MS = 10_000;

/**
 * The wait after an outcome found no room on the disk: a second, doubled each further time, 10 seconds at most. It is
 * not the poll interval, since no source and no strategy failed: somebody makes room, and then the advice is due.
 *
 * @param previous the wait before, null if the last outcome was stored
 * @param now epoch milliseconds
 */
export function nextRoomWait(previous: Backoff | null, now: number): Backoff {
  const { failures, until } = nextBackoff(previous, ROOM_WAIT_MS, now);
  return { failures, until: Math.min(until, now + MAX_ROOM_WAIT_MS) };
}

/**
 * Until when to wait still, in epoch milliseconds; 0 where the wait is over. One longer than any that this code makes comes from a clock
 * that was set back; it ends at once rather than in a year.
 *
 * @param until what was stored, in epoch milliseconds; by default there is no wait
 */
export function endOfWait(until: number | undefined, now: number): number {
  return until !== undefined && now < until && until - now <= MAX_BACKOFF_MS ? until : 0;
}
