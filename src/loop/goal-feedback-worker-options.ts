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
  /** Where everything is stored. */
  readonly persistence: GoalFeedbackPersistence;
  /** The loop's name within the persistence. @default 'default' */
  readonly name?: string | undefined;
  /** Takes `actions` and `goal` events from it, and puts `nudge` and `changed` events on it. If an event is refused, `call.failed` is logged. @default none */
  readonly bus?: FeedbackBus<FeedbackEvent> | undefined;
  /** Where new actions come from, besides the bus. Sources of other loops are not asked. @default none */
  readonly sources?: readonly ActionSource[] | undefined;
  /** Don't let actions expire by age at once when the clock jumps; for hosts whose clock a user may set. @default false */
  readonly guardsClock?: boolean | undefined;
  /** Milliseconds that an untrusted strategy or a source may take. @default 5000 */
  readonly strategyDeadline?: number | undefined;
  /** Tells the time. @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Makes the ids of nudges. @default random UUIDs */
  readonly newId?: IdSource | undefined;
  /** Gets the log events. @default silent */
  readonly log?: Log | undefined;
  /**
   * Runs work while no other worker of this loop does. In a browser, pass `createLoopLock`: the clients of pages hold the
   * same lock.
   *
   * @default runs it at once
   */
  readonly exclusively?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
}
