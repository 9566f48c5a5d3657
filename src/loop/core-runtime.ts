import { createLog } from '../log/log.ts';
import type { LoopSettings } from '../model/settings.ts';
import { systemClock, systemIds } from '../system.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';
import { makeRuntime } from './make-runtime.ts';
import type { LoopRuntime } from './processing/loop-runtime.ts';
import { checkedStrategy } from './strategies/strategy.ts';

/**
 * The runtime of a loop without a host. By default it uses the machine's time and ids, and logs nothing.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function coreRuntime(options: Omit<GoalFeedbackWorkerOptions, 'persistence'>): LoopRuntime {
  const { name: loop = 'default', clock = systemClock, newId = systemIds, log = createLog(() => clock.now()) } = options;
  return makeRuntime({ ...options, strategy: checkedStrategy(options.strategy), loop, clock, newId, log });
}

/** The loop's settings, in the form in which a client would set them. */
export function settingsOf({ retention, timestampField, pollInterval, outboxLimit, pendingLimit, deadLetterLimit, maxAttempts, storageLimit }: LoopRuntime): LoopSettings {
  const { limit: retentionLimit, windowMs: retentionWindow } = retention;
  return {
    ...(retentionLimit !== undefined && { retentionLimit }),
    ...(retentionWindow !== undefined && { retentionWindow }),
    ...{ timestampField, pollInterval, outboxLimit, pendingLimit, deadLetterLimit, maxAttempts, storageLimit },
  };
}
