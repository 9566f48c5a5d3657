import type { Clock, IdSource } from '../../clock.ts';
import type { LogWriter } from '../../log/log.ts';
import type { RetentionPolicy } from '../../model/retention.ts';
import type { HistoryContext } from '../state/history.ts';
import type { GoalFeedbackStrategy } from '../strategies/strategy.ts';

/** What a running loop works with, fixed for the life of its worker. */
export interface LoopRuntime {
  readonly loop: string;
  readonly strategy: GoalFeedbackStrategy;
  readonly retention: RetentionPolicy;
  readonly timestampField: string;
  readonly outboxLimit: number;
  readonly pendingLimit: number;
  readonly deadLetterLimit: number;
  readonly maxAttempts: number;
  /** Bytes. */
  readonly storageLimit: number;
  /** If true, a jump of the clock makes nothing expire. */
  readonly guardsClock: boolean;
  /** Milliseconds. */
  readonly pollInterval: number;
  /** Milliseconds. */
  readonly strategyDeadline: number;
  readonly clock: Clock;
  /** Names nudges. */
  readonly newId: IdSource;
  readonly log: LogWriter;
}

/** What appending and pruning need to know, as of now. */
export function historyContext(
  { clock, timestampField, retention, guardsClock }: Pick<LoopRuntime, 'clock' | 'timestampField' | 'retention' | 'guardsClock'>,
  now = clock.now(),
): HistoryContext {
  return { now, timestampField, retention, guardsClock };
}
