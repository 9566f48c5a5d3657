import { steadyClock } from '../clock.ts';
import { NudgeloopError } from '../errors.ts';
import { isFieldName } from '../model/plain-data.ts';
import type { LoopTuning } from '../model/loop-tuning.ts';
import { parseRetention } from '../model/parse-retention.ts';
import { DEFAULT_OUTBOX_LIMIT } from './state/outbox.ts';
import { DEFAULT_DEAD_LETTER_LIMIT, DEFAULT_PENDING_LIMIT } from './state/pending.ts';
import { DEFAULT_STORAGE_LIMIT } from './state/storage-room.ts';
import { DEFAULT_STRATEGY_DEADLINE } from './strategies/strategy.ts';
import type { LoopRuntime } from './processing/apply.ts';
import { DEFAULT_MAX_ATTEMPTS } from './processing/tries.ts';

/** How often to poll sources and look at pending work by default, in milliseconds. */
const DEFAULT_POLL_INTERVAL = 60_000;

/** The options that have defaults. */
type Chosen = LoopTuning & Partial<Pick<LoopRuntime, 'guardsClock' | 'strategyDeadline'>>;

/** What a loop is made from. */
export type RuntimeOptions = Pick<LoopRuntime, 'loop' | 'strategy' | 'clock' | 'newId' | 'log'> & {
  readonly [Option in keyof Chosen]?: Chosen[Option] | undefined;
};

/** Options that are counts. The other numbers are milliseconds. */
type CountOption = 'outboxLimit' | 'pendingLimit' | 'deadLetterLimit' | 'maxAttempts' | 'storageLimit';

/**
 * Checks the options of a loop, but for its strategy, and makes its runtime.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function makeRuntime(options: RuntimeOptions): LoopRuntime {
  const { loop, strategy, clock, newId, log, timestampField = 'timestamp' } = options;
  if (!isFieldName(timestampField)) throw invalidOption('timestampField', 'the name of a field');
  const number = (option: CountOption | 'pollInterval' | 'strategyDeadline', byDefault: number): number => {
    const value: unknown = options[option] ?? byDefault;
    const isCount = option.endsWith('Limit') || option === 'maxAttempts';
    if (typeof value !== 'number' || !(isCount ? Number.isInteger(value) : Number.isFinite(value)) || value <= 0) {
      throw invalidOption(option, isCount ? 'a whole number of at least 1' : 'a number of milliseconds above 0');
    }
    return value;
  };
  return {
    loop,
    strategy,
    clock: steadyClock(clock),
    newId,
    log,
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

/** The refusal of an option. */
export function invalidOption(option: string, wanted: string): NudgeloopError {
  return new NudgeloopError('options.invalid', `The option ${option} is invalid: pass ${wanted}.`, { option });
}
