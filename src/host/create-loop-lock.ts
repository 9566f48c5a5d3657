import type { Clock } from '../clock.ts';
import { DEFAULT_STRATEGY_DEADLINE } from '../loop/strategies/strategy.ts';
import { systemClock } from '../system.ts';
import { createExclusiveWork, type WorkLocks } from './exclusive-work.ts';

/** Options of `createLoopLock`. */
export interface LoopLockOptions {
  /** The browser's `navigator.locks`. */
  readonly locks: WorkLocks;
  /** The database's name, as `createIndexedDbPersistence` has it. */
  readonly database: string;
  /** The loop's name. @default 'default' */
  readonly name?: string | undefined;
  /** Milliseconds that an untrusted strategy may take, as the worker has it. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Measures how long somebody holds the lock. @default the machine's */
  readonly clock?: Clock | undefined;
}

/**
 * Makes what `GoalFeedbackWorker` takes as `exclusively` where others work on the same database, such as the clients of open pages: the
 * Web Lock `nudgeloop:<database>:work:<loop>`, which they hold too while they ask a strategy. So each action is asked once. Without it nothing
 * is stored twice either, but a strategy may be asked by several at a time. Whoever holds the lock for longer than any run takes is overtaken, since
 * the browser froze it.
 *
 * @example
 * ```ts page
 * import { createIndexedDbPersistence, createLoopLock, GoalFeedbackWorker, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * const database = 'nudgeloop';
 * const { locks } = navigator;
 * const worker = new GoalFeedbackWorker({
 *   strategy: new SimpleGoalFeedbackStrategy(),
 *   persistence: createIndexedDbPersistence({ database, locks }),
 *   exclusively: createLoopLock({ database, locks }),
 * });
 * await worker.record({ steps: 4_200 });
 * ```
 */
export function createLoopLock({ name = 'default', strategyDeadline = DEFAULT_STRATEGY_DEADLINE, clock = systemClock, ...rest }: LoopLockOptions): <T>(work: () => Promise<T>) => Promise<T> {
  const exclusively = createExclusiveWork({ ...rest, strategyDeadline, clock });
  return (work) => exclusively(name, work);
}
