import { toNudgeloopError, type NudgeloopError } from '../errors.ts';
import type { LoopStore } from '../loop/commit/loop-store.ts';
import { createDirectLoop, type DirectLoop } from '../loop/direct-loop.ts';
import { LoopWorker, type LoopWorkerOptions } from '../loop/loop-worker.ts';
import { makeRuntime } from '../loop/make-runtime.ts';
import type { LoopRuntime } from '../loop/processing/loop-runtime.ts';
import { nothingDone } from '../loop/processing/processor.ts';
import type { GoalFeedbackStrategy } from '../loop/strategies/strategy.ts';
import { createUnderWay } from '../loop/under-way.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { HostOptions } from './host-types.ts';

/** One loop at work: its worker, and the direct loop over the same store for suggestions, which are answered at once. */
export interface LoopSession {
  readonly settings: LoopSettings;
  /**
   * Why this host can't make the loop's strategy. Then it judges nothing: what is recorded waits, durably, for a host that
   * can.
   */
  readonly unable: NudgeloopError | undefined;
  /** What both work with. */
  readonly runtime: LoopRuntime;
  readonly worker: LoopWorker;
  readonly suggestActions: DirectLoop['suggestActions'];
  /** This life of the loop, shared by all its sessions; over once the loop was erased. */
  readonly life: { isOver: boolean };
  /** Starts no more work, and settles when nothing is in progress, including suggestions. */
  readonly stop: () => Promise<unknown>;
}

/** Stands in for a strategy that the host can't make. */
const NEVER_ASKED: GoalFeedbackStrategy = { suggestActions: () => [] };

/**
 * Starts a loop with the given settings.
 *
 * @param tell called after each commit
 * @param previous the same loop with its previous settings
 * @throws NudgeloopError `options.invalid` for a setting other than the strategy
 */
export function createLoopSession(
  name: string,
  settings: LoopSettings,
  options: HostOptions,
  tell: LoopWorkerOptions['tell'],
  previous: LoopSession | undefined,
): LoopSession {
  const { persistence, clock, newId, log, strategyDeadline, poll } = options;
  let strategy: GoalFeedbackStrategy = NEVER_ASKED;
  let unable: NudgeloopError | undefined;
  try {
    strategy = options.strategies.create(settings.strategy);
  } catch (error) {
    // Any script of the origin can write settings too.
    unable = toNudgeloopError(error, 'options.invalid');
  }
  const runtime = makeRuntime({ ...settings, loop: name, strategy, clock, newId, log, strategyDeadline, guardsClock: true });
  let isTold = false;
  const worker = new LoopWorker(
    runtime,
    {
      persistence,
      tell,
      poll: poll && ((...given) => poll(name, ...given)),
      exclusively(work) {
        if (unable === undefined) return options.exclusively(name, work);
        if (!isTold) log.warn('strategy.failed', { loop: name, code: unable.code });
        isTold = true;
        return Promise.resolve(nothingDone());
      },
    },
    previous?.worker,
  );
  const life = previous?.life ?? { isOver: false };
  // Through the worker, whose queue keeps the order of the calls.
  const queued = { read: (work) => worker.read(work), update: (work) => worker.change(work) } as LoopStore;
  // If nothing of the loop was stored, the storage can't tell that it was erased.
  const direct = createDirectLoop(runtime, queued, { worked: () => worker.processPending(), isErased: () => life.isOver });
  const suggesting = createUnderWay();
  return {
    settings,
    unable,
    runtime,
    worker,
    life,
    async suggestActions(...given) {
      if (unable !== undefined) throw unable;
      return suggesting.add(direct.suggestActions(...given));
    },
    stop: () => Promise.all([worker.stop(), suggesting.settled()]),
  };
}
