import { NudgeloopError } from '../src/errors.ts';
import type { Log } from '../src/log/log.ts';
import type { Nudge } from '../src/model/nudge.ts';
import type { WorkerApi } from '../src/protocol/api.ts';
import type { HostEvent } from '../src/protocol/events.ts';

/** What became of waiting nudges. */
export interface NudgeChange {
  /** The loop, or null for all of them. */
  readonly loop: string | null;
  /** The place (`seq`) of a new nudge. Absent when nudges may be gone: acknowledged, dropped or erased. */
  readonly added?: number;
}

/** What a surface may use. */
export interface NudgeSurfaceContext {
  /** The database's name. */
  readonly database: string;
  /** Takes codes, names and counts; never what a nudge says. */
  readonly log: Log;
  /**
   * Reads nudges that nobody acknowledged yet, oldest first.
   *
   * @param after only those behind this `seq`; -1 for all
   * @param limit at most so many, and never more than 1,000; for those behind, ask again from the last one on
   * @throws NudgeloopError the loop is not offered, or the database cannot be read now
   */
  readonly nudges: (loop: string, after: number, limit: number) => Promise<readonly Nudge[]>;
}

/** Nudges that one call may read. */
const MOST_NUDGES = 1_000;

/** A surface at work. */
export interface ActiveNudgeSurface {
  /** Called after each commit; the worker stays alive until the promise settles. A failure is ignored. */
  told(change: NudgeChange): Promise<void>;
  /** Takes its listeners off. */
  stop(): void;
}

/** A surface as `startWorker` takes it: what `showNudges` or `createNudgeSurface` made. */
export type NudgeSurface = (host: {
  readonly database: string;
  readonly log: Log;
  readonly api: Pick<WorkerApi, 'nudges'>;
}) => {
  told(event: HostEvent): void;
  /** Settles when all that it was told is dealt with. */
  settled(): Promise<unknown>;
  stop(): void;
};

/**
 * Makes a surface of your own for `startWorker({ surface })`, which shows waiting nudges somewhere else than in pages: as
 * a badge, on a device. What is here is in the bundle only of those who import it.
 *
 * @param start called once, at the top level of the worker's script, where it may add listeners of its own
 *
 * @example
 * ```ts
 * import { createNudgeSurface, startWorker } from 'nudgeloop/worker';
 *
 * startWorker({
 *   surface: createNudgeSurface(({ nudges }) => ({
 *     async told() {
 *       // Of every loop that the app has, since there is one badge for all.
 *       const waiting = await Promise.all(['default', 'sleep'].map((loop) => nudges(loop, -1, 100)));
 *       await navigator.setAppBadge(waiting.flat().length);
 *     },
 *     stop: () => undefined,
 *   })),
 * });
 * ```
 */
export function createNudgeSurface(start: (context: NudgeSurfaceContext) => ActiveNudgeSurface): NudgeSurface {
  return ({ database, log, api }) => {
    const surface = start({
      database,
      log,
      async nudges(loop, after, limit) {
        const answer = await api.nudges({ loop, after, limit: Math.min(limit, MOST_NUDGES) });
        if (!answer.ok) throw NudgeloopError.fromData(answer.error);
        return answer.value;
      },
    });
    let settled: Promise<unknown> = Promise.resolve();
    return {
      told(event) {
        const change = changeOf(event);
        if (change === undefined) return;
        // Called from a promise: what a surface throws must not reach whoever committed.
        settled = Promise.allSettled([settled, Promise.resolve(change).then((given) => surface.told(given))]).then(
          // Not what they brought: each would hold the one before, for the worker's life.
          () => undefined,
        );
      },
      settled: () => settled,
      stop: () => surface.stop(),
    };
  };
}

function changeOf(event: HostEvent): NudgeChange | undefined {
  if (event.type !== 'log') return { loop: event.loop };
  const { code, fields } = event.event;
  // The one sign that a nudge is new and its transaction over; clients need none, since they have a cursor.
  return code === 'nudge.created' ? { loop: fields?.['loop'] as string, added: fields?.['seq'] as number } : undefined;
}
