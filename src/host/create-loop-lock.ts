import type { Clock } from '../clock.ts';
import { DEFAULT_STRATEGY_DEADLINE } from '../loop/strategies/strategy.ts';
import { systemClock } from '../system.ts';
import { createExclusiveWork, type WorkLocks } from './exclusive-work.ts';

/** Options of `createLoopLock`. */
export interface LoopLockOptions {
  /** The browser's `navigator.locks`. */
  readonly locks: WorkLocks;
  /** The database's name, as passed to `createIndexedDbPersistence`. */
  readonly database: string;
  /** The loop's name. @default 'default' */
  readonly name?: string | undefined;
  /** Milliseconds that an untrusted strategy may take, as passed to the worker. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Measures how long a holder keeps the lock. @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Makes the function that a `GoalFeedbackWorker` takes as `exclusively`, for when others work on the same database, such as
 * the clients of open pages. It uses the Web Lock `nudgeloop:<database>:work:<loop>`, which they also hold while they ask a
 * strategy. So a strategy is asked once for each action. Without the lock nothing is stored twice either, but several may
 * ask the strategy at the same time. A holder that keeps the lock longer than any run takes loses it, since the browser
 * must have frozen it.
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
