import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { GoalInput } from '../model/goal.ts';
import type { DurationInput } from '../model/retention.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import type { GoalFeedbackStrategy } from './strategies/strategy.ts';

/** Options of `GoalDrivenFeedbackLoop`. */
export interface GoalDrivenFeedbackLoopOptions {
  /** Turns actions into suggestions. */
  readonly strategy: GoalFeedbackStrategy;
  /** The goal to begin with. @default the stored one, or none */
  readonly goalState?: GoalInput | undefined;
  /** Where history, baselines, goal and analysis are kept. @default memory */
  readonly persistence?: GoalFeedbackPersistence | undefined;
  /** The loop's name within the persistence. @default 'default' */
  readonly name?: string | undefined;
  /** Keep the newest so many actions; 0 keeps nothing. @default all */
  readonly retentionLimit?: number | undefined;
  /** Keep actions not older than this: milliseconds, or `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput | undefined;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string | undefined;
  /** Milliseconds that an untrusted strategy may take. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Bytes that the loop may take, about; beyond, calls reject with `storage.quota`. Leave it out for no limit. @default no limit */
  readonly storageLimit?: number | undefined;
  /** Let a jump of the clock make nothing expire by age at once. @default false */
  readonly guardsClock?: boolean | undefined;
  /** Tells the time. @default the machine's */
  readonly clock?: Clock | undefined;
  /** Is told what happens. @default silent */
  readonly log?: Log | undefined;
}
