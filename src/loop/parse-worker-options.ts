import { NudgeloopError } from '../errors.ts';
import { isFieldName } from '../model/plain-data.ts';
import { parseRetention } from '../model/retention.ts';
import { areNamedApart } from './sources/are-named-apart.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';
import { DEFAULT_OUTBOX_LIMIT } from './state/outbox.ts';
import { DEFAULT_DEAD_LETTER_LIMIT, DEFAULT_PENDING_LIMIT } from './state/pending.ts';
import { DEFAULT_STORAGE_LIMIT } from './state/storage-room.ts';
import { DEFAULT_STRATEGY_DEADLINE } from './strategies/strategy.ts';
import type { LoopRuntime } from './processing/apply.ts';
import { DEFAULT_MAX_ATTEMPTS } from './processing/tries.ts';

/** How often sources are asked and pending work is looked at, if the settings say nothing else: milliseconds. */
const DEFAULT_POLL_INTERVAL = 60_000;

/** The options of a worker that are plain values, checked and with their defaults. */
export type WorkerNumbers = Pick<
  LoopRuntime,
  | 'retention'
  | 'timestampField'
  | 'outboxLimit'
  | 'pendingLimit'
  | 'deadLetterLimit'
  | 'maxAttempts'
  | 'storageLimit'
  | 'guardsClock'
  | 'pollInterval'
  | 'strategyDeadline'
>;

/** Options that are counts; the other numbers are milliseconds. */
type CountOption = 'outboxLimit' | 'pendingLimit' | 'deadLetterLimit' | 'maxAttempts' | 'storageLimit';

/**
 * Checks the options of a worker.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function parseWorkerOptions(options: GoalFeedbackWorkerOptions): WorkerNumbers {
  const { timestampField = 'timestamp' } = options;
  if (!areNamedApart(options.sources ?? [])) throw invalid('sources', 'sources with a name each, a string that no other source of the loop has and no object inherits, as `constructor`');
  if (!isFieldName(timestampField)) throw invalid('timestampField', 'the name of a field');
  const number = (option: CountOption | 'pollInterval' | 'strategyDeadline', byDefault: number): number => {
    const value: unknown = options[option] ?? byDefault;
    const isCount = option.endsWith('Limit') || option === 'maxAttempts';
    if (typeof value !== 'number' || !(isCount ? Number.isInteger(value) : Number.isFinite(value)) || value <= 0) {
      throw invalid(option, isCount ? 'a whole number of at least 1' : 'a number of milliseconds above 0');
    }
    return value;
  };
  return {
    retention: parseRetention(options),
    timestampField,
    outboxLimit: number('outboxLimit', DEFAULT_OUTBOX_LIMIT),
    pendingLimit: number('pendingLimit', DEFAULT_PENDING_LIMIT),
    deadLetterLimit: number('deadLetterLimit', DEFAULT_DEAD_LETTER_LIMIT),
    maxAttempts: number('maxAttempts', DEFAULT_MAX_ATTEMPTS),
    storageLimit: number('storageLimit', DEFAULT_STORAGE_LIMIT),
    guardsClock: options.guardsClock ?? false,
    pollInterval: number('pollInterval', DEFAULT_POLL_INTERVAL),
    strategyDeadline: number('strategyDeadline', DEFAULT_STRATEGY_DEADLINE),
  };
}

/**
 * Checks that a worker comes in the place of one that works at the same place.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function assertSamePlace(options: GoalFeedbackWorkerOptions, before: GoalFeedbackWorkerOptions): void {
  const { name = 'default', persistence, bus } = options;
  if (name !== (before.name ?? 'default') || persistence !== before.persistence || bus !== before.bus) {
    throw invalid('predecessor', 'a worker that has the same loop, storage and bus');
  }
}

function invalid(option: string, wanted: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `${option} is refused. Pass ${wanted}.`, { option });
}
