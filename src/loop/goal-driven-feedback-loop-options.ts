import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { GoalInput } from '../model/goal.ts';
import type { DurationInput } from '../model/retention.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import type { GoalFeedbackStrategy } from './strategies/strategy.ts';

/** Options of `GoalDrivenFeedbackLoop`. */
export interface GoalDrivenFeedbackLoopOptions<Shapes extends LoopShapes = AnyShapes> {
  /** Turns actions into suggestions. */
  readonly strategy: GoalFeedbackStrategy;
  /** The goal to start with. @default the stored one, or none */
  readonly goalState?: GoalInput<Shapes> | undefined;
  /** Where history, baselines, goal and analysis are kept. @default memory */
  readonly persistence?: GoalFeedbackPersistence | undefined;
  /** The loop's name within the persistence. @default 'default' */
  readonly name?: string | undefined;
  /** How many of the newest actions to keep; 0 keeps none. @default all */
  readonly retentionLimit?: number | undefined;
  /** The maximum age of actions to keep: milliseconds, or `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput | undefined;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string | undefined;
  /** Milliseconds that an untrusted strategy may take. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Bytes that the loop may take, approximately; beyond it, calls reject with `storage.quota`. @default no limit */
  readonly storageLimit?: number | undefined;
  /** Don't let actions expire by age at once when the clock jumps. @default false */
  readonly guardsClock?: boolean | undefined;
  /** Tells the time. @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Gets the log events. @default silent */
  readonly log?: Log | undefined;
}
