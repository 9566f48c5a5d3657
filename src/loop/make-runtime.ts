import { steadyClock } from '../clock.ts';
import { invalidOption } from '../model/check-options.ts';
import { isFieldName } from '../model/plain-data.ts';
import type { LoopTuning } from '../model/loop-tuning.ts';
import { parseRetention } from '../model/parse-retention.ts';
import { DEFAULT_DEAD_LETTER_LIMIT } from './state/dead-letters.ts';
import { DEFAULT_OUTBOX_LIMIT } from './state/outbox.ts';
import { DEFAULT_PENDING_LIMIT } from './state/pending.ts';
import { DEFAULT_STORAGE_LIMIT } from './state/storage-room.ts';
import { DEFAULT_STRATEGY_DEADLINE } from './strategies/strategy.ts';
import type { LoopRuntime } from './processing/apply.ts';
import { DEFAULT_MAX_ATTEMPTS } from './processing/tries.ts';

/** The numbers that a loop works with, and what they are by default. Those that are no counts are milliseconds. */
const NUMBERS = {
  outboxLimit: DEFAULT_OUTBOX_LIMIT,
  pendingLimit: DEFAULT_PENDING_LIMIT,
  deadLetterLimit: DEFAULT_DEAD_LETTER_LIMIT,
  maxAttempts: DEFAULT_MAX_ATTEMPTS,
  storageLimit: DEFAULT_STORAGE_LIMIT,
  /** How often to poll sources and look at pending work. */
  pollInterval: 60_000,
  strategyDeadline: DEFAULT_STRATEGY_DEADLINE,
};

/** The options that have defaults. */
type Chosen = LoopTuning & Partial<Pick<LoopRuntime, 'guardsClock' | 'strategyDeadline'>>;

/** What a loop is made from. */
export type RuntimeOptions = Pick<LoopRuntime, 'loop' | 'strategy' | 'clock' | 'newId' | 'log'> & {
  readonly [Option in keyof Chosen]?: Chosen[Option] | undefined;
};

/**
 * Checks the options of a loop, but for its strategy, and makes its runtime.
 *
 * @throws NudgeloopError `options.invalid`, with the option's name
 */
export function makeRuntime(options: RuntimeOptions): LoopRuntime {
  const { loop, strategy, clock, newId, log, timestampField = 'timestamp' } = options;
  if (!isFieldName(timestampField)) throw invalidOption('timestampField', 'pass the name of a field');
  const numbers = { ...NUMBERS };
  for (const option of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const value = options[option] ?? NUMBERS[option];
    const isCount = option.endsWith('Limit') || option === 'maxAttempts';
    if (!(isCount ? Number.isInteger(value) : Number.isFinite(value)) || value <= 0) {
      throw invalidOption(option, isCount ? 'pass a whole number of at least 1' : 'pass a number of milliseconds above 0');
    }
    numbers[option] = value;
  }
  return {
    loop,
    strategy,
    clock: steadyClock(clock),
    newId,
    log,
    retention: parseRetention(options),
    timestampField,
    guardsClock: options.guardsClock ?? false,
    ...numbers,
  };
}
