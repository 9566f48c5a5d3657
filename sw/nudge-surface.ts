import { withDeadline, type Clock } from '../src/clock.ts';
import { NudgeloopError } from '../src/errors.ts';
import type { Log } from '../src/log/log.ts';
import type { Nudge } from '../src/model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../src/model/shapes.ts';
import type { WorkerApi } from '../src/protocol/api.ts';
import type { HostEvent } from '../src/protocol/events.ts';

/** A change of the waiting nudges. */
export interface NudgeChange {
  /** The loop; null for all loops. */
  readonly loop: string | null;
  /** The place (`seq`) of a new nudge. Absent if nudges may be gone: acknowledged, dropped or erased. */
  readonly added?: number;
}

/** What a surface can use. */
export interface NudgeSurfaceContext<Shapes extends LoopShapes = AnyShapes> {
  /** The database's name. */
  readonly database: string;
  /** The worker's log. Write codes, names and counts, never a nudge's content. */
  readonly log: Log;
  /**
   * Reads unacknowledged nudges, oldest first.
   *
   * @param loop the loop's name
   * @param after only those with a larger `seq`; -1 for all
   * @param limit at most this many, and never more than 1,000; to read more, call again with the last `seq`
   * @throws NudgeloopError if the loop is not offered, or the database can't be read now
   */
  readonly nudges: (loop: string, after: number, limit: number) => Promise<readonly Nudge<Shapes>[]>;
}

/** How many nudges one call may read. */
const MOST_NUDGES = 1_000;

/**
 * How long an event of the worker waits for a surface, in milliseconds: twice as long as a `render` may take, and well
 * within the half minute that a browser gives an event.
 */
const TOLD_MS = 10_000;

/** A running surface. */
export interface ActiveNudgeSurface {
  /**
   * Called after each commit. The worker stays alive until the promise settles, for ten seconds at the most; longer is logged
   * as `call.failed`. A rejection is ignored.
   */
  told(change: NudgeChange): Promise<void>;
  /** Removes its listeners. */
  stop(): void;
}

/** A surface as `startWorker` takes it, made by `showNudges` or `createNudgeSurface`. */
export type NudgeSurface = (host: {
  readonly database: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly api: Pick<WorkerApi, 'nudges'>;
}) => {
  told(event: HostEvent): void;
  /** Settles when everything it was told is dealt with. */
  settled(): Promise<unknown>;
  stop(): void;
};

/**
 * Makes a surface of your own for `startWorker({ surface })`, which shows waiting nudges outside of pages,
 * such as in a badge or on a device. Only those who import it have its code in their bundle.
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
export function createNudgeSurface<Shapes extends LoopShapes = AnyShapes>(
  start: (context: NudgeSurfaceContext<Shapes>) => ActiveNudgeSurface,
): NudgeSurface {
  return ({ database, clock, log, api }) => {
    const surface = start({
      database,
      log,
      async nudges(loop, after, limit) {
        const answer = await api.nudges({ loop, after, limit: Math.min(limit, MOST_NUDGES) });
        if (!answer.ok) throw NudgeloopError.fromData(answer.error);
        return answer.value as readonly Nudge<Shapes>[];
      },
    });
    const late = (): Error => {
      log.error('call.failed', { call: 'told', code: 'call.timeout' });
      return new Error('late');
    };
    let settled: Promise<unknown> = Promise.resolve();
    return {
      told(event) {
        const change = changeOf(event);
        if (change === undefined) return;
        // Called from a promise, so an error of the surface can't reach the code that committed.
        const work = Promise.resolve(change).then((given) => surface.told(given));
        settled = Promise.allSettled([settled, withDeadline(clock, TOLD_MS, work, late)]).then(
          // Without the results: each promise would keep the one before for the worker's life.
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
  // The only sign that a nudge is new and its transaction complete. Clients need none, since they have a cursor.
  return code === 'nudge.created' ? { loop: fields?.['loop'] as string, added: fields?.['seq'] as number } : undefined;
}
