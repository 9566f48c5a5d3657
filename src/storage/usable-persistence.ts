import type { Clock } from '../clock.ts';
import { toNudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { GoalFeedbackPersistence } from './persistence.ts';

/** What is thrown where there is no IndexedDB at all, or where it is forbidden (`InvalidStateError` in Firefox's private windows before 115): no use to try again. */
const ABSENT: ReadonlySet<string> = new Set(['ReferenceError', 'TypeError', 'SecurityError', 'InvalidStateError']);

/** A storage that can be used. */
export interface UsablePersistence extends GoalFeedbackPersistence {
  /** The one that it stands for. What that holds comes back with the next host, unless it is erased there too. */
  readonly replaces?: GoalFeedbackPersistence;
}

/** Waits before the second and the third try, in milliseconds. */
const WAITS_MS = [50, 500];

/**
 * Tries a storage, and takes memory instead where there is none at all: then every answer says `durable: false`.
 * A storage that is there but blocked, full, newer or late is not replaced, since history would split in two; the
 * error is thrown, and the next call tries again.
 *
 * @param durable the storage that is wanted
 * @param memory makes the one that replaces it
 * @param log is told `storage.memory`
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
      // Once more: a browser that was just started or cleared answers with an error of the moment.
      const isAbsent = ABSENT.has(String(seen));
      if (wait === undefined || isAbsent) {
        log.warn('storage.memory', { code, seen });
        return isAbsent ? memory() : { ...memory(), replaces: durable };
      }
      await new Promise<void>((resolve) => clock.schedule(wait, resolve));
    }
  }
}
