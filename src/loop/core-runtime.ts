import { createLog } from '../log/log.ts';
import type { LoopSettings } from '../model/settings.ts';
import { systemClock, systemIds } from '../system.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';
import { makeRuntime } from './make-runtime.ts';
import type { LoopRuntime } from './processing/apply.ts';

/**
 * What a loop works with that is in no host: the machine's time and ids, and silence, unless it is told otherwise.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function coreRuntime(options: Omit<GoalFeedbackWorkerOptions, 'persistence'>): LoopRuntime {
  const { name: loop = 'default', clock = systemClock, newId = systemIds, log = createLog(() => clock.now()) } = options;
  return makeRuntime({ ...options, loop, clock, newId, log });
}

/** What a loop goes by, as a client would set it. */
export function settingsOf({ retention, timestampField, pollInterval, outboxLimit, pendingLimit, deadLetterLimit, maxAttempts, storageLimit }: LoopRuntime): LoopSettings {
  const { limit: retentionLimit, windowMs: retentionWindow } = retention;
  return {
    ...(retentionLimit !== undefined && { retentionLimit }),
    ...(retentionWindow !== undefined && { retentionWindow }),
    ...{ timestampField, pollInterval, outboxLimit, pendingLimit, deadLetterLimit, maxAttempts, storageLimit },
  };
}
