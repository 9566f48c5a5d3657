import type { FeedbackBus } from '../events/feedback-event-bus.ts';
import type { LoopStore } from '../loop/commit/loop-store.ts';
import type { Operation } from '../loop/commit/operation.ts';
import { createDirectLoop, erased, type DirectLoop } from '../loop/direct-loop.ts';
import type { FeedbackEvent } from '../loop/feedback-event.ts';
import type { GoalFeedbackWorkerOptions } from '../loop/goal-feedback-worker-options.ts';
import { LoopWorker } from '../loop/loop-worker.ts';
import { DEFAULT_STORAGE_LIMIT } from '../loop/state/storage-room.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { HostOptions } from './host-types.ts';

/** One loop at work: its worker, and the direct loop over the same store for calls that want an answer at once. */
export interface LoopSession {
  readonly settings: LoopSettings;
  readonly worker: LoopWorker;
  readonly direct: DirectLoop;
  /** This life of the loop, shared by all sessions of it: over once it was erased. */
  readonly life: { isOver: boolean };
}

/**
 * Puts a loop to work with the given settings.
 *
 * @param previous the same loop with the settings of before
 * @throws NudgeloopError `strategy.unknown` or `options.invalid`
 */
export function createLoopSession(
  name: string,
  settings: LoopSettings,
  options: HostOptions,
  bus: FeedbackBus<FeedbackEvent>,
  previous: LoopSession | undefined,
): LoopSession {
  const { persistence, clock, newId, log, strategyDeadline, sources = [], pollSources } = options;
  const { strategy: choice, storageLimit = DEFAULT_STORAGE_LIMIT, ...rest } = settings;
  const strategy = options.strategies.create(choice);
  const shared = {
    ...(rest as Omit<GoalFeedbackWorkerOptions, 'strategy' | 'persistence'>),
    ...(strategyDeadline === undefined ? {} : { strategyDeadline }),
    storageLimit,
    guardsClock: true,
    strategy,
    persistence,
    name,
    clock,
    newId,
    log,
  };
  const worker = new LoopWorker(
    {
      ...shared,
      bus,
      poll: pollSources && ((...given) => pollSources(sources.filter(({ loop = 'default' }) => loop === name), ...given)),
      exclusively: (work) => options.exclusively(name, work),
    },
    previous?.worker,
  );
  const life = previous?.life ?? { isOver: false };
  // By way of the worker, whose queue keeps the order of the calls.
  const queued: LoopStore = {
    read: (work) => worker.read(work),
    update: <T>(work: Operation<T>) =>
      worker.change<T>(async (...given) => {
        // Of a loop of which nothing was stored, what is stored can't tell.
        if (life.isOver) throw erased();
        return work(...given);
      }) as Promise<T>,
  };
  return { settings, worker, direct: createDirectLoop(shared, queued, () => worker.processPending()), life };
}
