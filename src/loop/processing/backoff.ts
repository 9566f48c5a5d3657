import type { Backoff } from '../../model/inspection.ts';

/** The longest wait between two tries. */
export const MAX_BACKOFF_MS = 300_000;

/**
 * How many failures in a row there are with one more.
 *
 * @param previous the wait before it; null if the last try succeeded
 */
export function failuresAfter(previous: Backoff | null | undefined): number {
  return (previous?.failures ?? 0) + 1;
}

/**
 * The wait after failures in a row: the poll interval, doubled with each but the first, at most 5 minutes. It is stored
 * with the loop, so a restarted worker remembers it.
 *
 * @param failures at least 1
 * @param pollInterval milliseconds
 * @param now epoch milliseconds
 */
export function backoffAfter(failures: number, pollInterval: number, now: number, longest = MAX_BACKOFF_MS): Backoff {
  return { failures, until: now + Math.min(longest, pollInterval * 2 ** (failures - 1)) };
}

/** The first wait for room on a full disk, in milliseconds, and the longest. */
const ROOM_WAIT_MS = 1_000;
const MAX_ROOM_WAIT_MS = 10_000;

/**
 * The wait after so many outcomes in a row found no room on the disk: a second, doubled each time, at most 10 seconds. It
 * does not depend on the poll interval, since no source and no strategy failed: as soon as somebody makes room, the nudge
 * is due.
 */
export function roomWaitAfter(failures: number, now: number): Backoff {
  return backoffAfter(failures, ROOM_WAIT_MS, now, MAX_ROOM_WAIT_MS);
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
