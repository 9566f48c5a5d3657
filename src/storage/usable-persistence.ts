import type { Clock } from '../clock.ts';
import { toNudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { GoalFeedbackPersistence } from './persistence.ts';

/**
 * The errors if IndexedDB is missing or forbidden (`InvalidStateError` in Firefox's private windows before 115): a
 * retry is useless.
 */
const ABSENT: ReadonlySet<string> = new Set(['ReferenceError', 'TypeError', 'SecurityError', 'InvalidStateError']);

/** A storage that can be used. */
export interface UsablePersistence extends GoalFeedbackPersistence {
  /** The storage that this one stands in for. Its data comes back with the next host, unless it is erased there too. */
  readonly replaces?: GoalFeedbackPersistence;
}

/** The waits before the second and the third try, in milliseconds. */
const WAITS_MS = [50, 500];

/**
 * Tries a storage, and falls back to memory if it can't be used at all; then every answer says `durable: false`. A
 * storage that is blocked, full, newer or late is not replaced, since history would split in two: the error is thrown,
 * and the next call tries again.
 *
 * @param durable the storage that is wanted
 * @param memory makes the fallback
 * @param log gets `storage.memory`
 * @param clock measures the waits between the tries
 * @throws NudgeloopError `storage.blocked`, `storage.newer`, `storage.quota` or `storage.failed`
 */
export async function usablePersistence(
  durable: GoalFeedbackPersistence,
  memory: () => GoalFeedbackPersistence,
  log: Log,
  clock: Clock,
): Promise<UsablePersistence> {
  for (let tries = 0; ; tries += 1) {
    const wait = WAITS_MS[tries];
    try {
      await durable.probe();
      return durable;
    } catch (error) {
      const { code, details } = toNudgeloopError(error, 'storage.failed');
      const seen = details?.['seen'] ?? '';
      if (code !== 'storage.failed' || seen === 'deadline') throw error;
      // Otherwise retry: a browser that was just started or cleared may fail for a moment.
      const isAbsent = ABSENT.has(String(seen));
      if (wait === undefined || isAbsent) {
        log.warn('storage.memory', { code, seen });
        return isAbsent ? memory() : { ...memory(), replaces: durable };
      }
      await new Promise<void>((resolve) => clock.schedule(wait, resolve));
    }
  }
}
