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
import type { LoopRuntime } from './processing/loop-runtime.ts';
import { DEFAULT_MAX_ATTEMPTS } from './processing/tries.ts';

/** The counts that a loop works with, and what they are by default. */
const COUNTS = {
  outboxLimit: DEFAULT_OUTBOX_LIMIT,
  pendingLimit: DEFAULT_PENDING_LIMIT,
  deadLetterLimit: DEFAULT_DEAD_LETTER_LIMIT,
  maxAttempts: DEFAULT_MAX_ATTEMPTS,
  storageLimit: DEFAULT_STORAGE_LIMIT,
};

/** The same for lengths of time, in milliseconds. */
const TIMES = {
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
  return {
    loop,
    strategy,
    clock: steadyClock(clock),
    newId,
    log,
    retention: parseRetention(options),
    timestampField,
    guardsClock: options.guardsClock ?? false,
    ...numbersOf(COUNTS, options, Number.isInteger, 'pass a whole number of at least 1'),
    ...numbersOf(TIMES, options, Number.isFinite, 'pass a number of milliseconds above 0'),
  };
}

/** The numbers that were chosen, or else their defaults. */
function numbersOf<Name extends keyof Chosen>(
  defaults: { readonly [Option in Name]: number },
  chosen: Readonly<Record<string, unknown>>,
  isRight: (value: unknown) => boolean,
  advice: string,
): Record<Name, number> {
  const numbers = Object.entries<number>(defaults).map(([option, byDefault]) => {
    const value = chosen[option] ?? byDefault;
    if (!isRight(value) || (value as number) <= 0) throw invalidOption(option, advice);
    return [option, value];
  });
  return Object.fromEntries(numbers) as Record<Name, number>;
}
