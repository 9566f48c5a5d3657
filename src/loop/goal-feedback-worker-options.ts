import type { Clock, IdSource } from '../clock.ts';
import type { FeedbackBus } from '../events/feedback-event-bus.ts';
import type { Log } from '../log/log.ts';
import type { LoopTuning } from '../model/loop-tuning.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import type { FeedbackEvent } from './feedback-event.ts';
import type { ActionSource } from './sources/action-source.ts';
import type { GoalFeedbackStrategy } from './strategies/strategy.ts';

/** Options of `GoalFeedbackWorker`. */
export interface GoalFeedbackWorkerOptions extends LoopTuning {
  /** Turns actions into suggestions. */
  readonly strategy: GoalFeedbackStrategy;
  /** Where everything is kept. */
  readonly persistence: GoalFeedbackPersistence;
  /** The loop's name within the persistence. @default 'default' */
  readonly name?: string | undefined;
  /** Takes `actions` and `goal` events from it, puts `nudge` and `changed` events on it. Of an event that is refused, the log is told `call.failed`. @default none */
  readonly bus?: FeedbackBus<FeedbackEvent> | undefined;
  /** Where new actions come from, beside the bus. Those of other loops are not asked. @default none */
  readonly sources?: readonly ActionSource[] | undefined;
  /** Let a jump of the clock make nothing expire by age at once; for hosts whose clock a user may set. @default false */
  readonly guardsClock?: boolean | undefined;
  /** Milliseconds that an untrusted strategy or a source may take. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Tells the time. @default the machine's */
  readonly clock?: Clock | undefined;
  /** Names nudges. @default random UUIDs */
  readonly newId?: IdSource | undefined;
  /** Is told what happens. @default silent */
  readonly log?: Log | undefined;
  /**
   * Runs work while no other worker of this loop does: in a browser `createLoopLock`, whose lock the clients of pages hold too.
   *
   * @default at once
   */
  readonly exclusively?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
}
