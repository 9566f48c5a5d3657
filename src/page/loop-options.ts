import type { LogSink } from '../log/log.ts';
import type { DurationInput } from '../model/duration-schema.ts';
import type { StrategyChoice } from '../model/settings.ts';

/** Options of one loop. They are stored by the worker, so that it works the same while no page is open. */
export interface LoopOptions {
  /** What to steer toward, set once connected. @default the stored goal */
  readonly goalState?: Readonly<Record<string, unknown>>;
  /** Which strategy turns actions into suggestions, by name. @default { type: 'simple' } */
  readonly strategy?: StrategyChoice;
  /** Keep the newest so many actions. @default all */
  readonly retentionLimit?: number;
  /** Keep actions not older than this: milliseconds, or fields such as `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string;
  /** Milliseconds between two looks at due work while a page is visible. @default 60000 */
  readonly pollInterval?: number;
  /** Nudges that wait to be acknowledged at the most; the oldest gives way. @default 1000 */
  readonly outboxLimit?: number;
  /** Recorded calls that wait to be processed at the most. @default 10000 */
  readonly pendingLimit?: number;
  /** Actions that failed too often and are kept at the most; beyond them they stay pending. @default 1000 */
  readonly deadLetterLimit?: number;
  /** How often a strategy is started on an action before that becomes a dead letter. @default 3 */
  readonly maxAttempts?: number;
  /** Bytes that the loop may take, about; beyond them `record` rejects with `storage.quota`. @default 50000000 */
  readonly storageLimit?: number;
}

/** Those options of a client that have nothing to do with a browser: types of it would reach whoever names them. */
export interface PortableClientOptions extends LoopOptions {
  /** The loop's name. @default 'default' */
  readonly loop?: string;
  /** Run the loop in the page when there is no usable service worker. @default true */
  readonly fallback?: boolean;
  /** Milliseconds after which a call without an answer rejects with `call.timeout`. @default 10000 */
  readonly deadline?: number;
  /** Actions that wait for their receipts at the most; beyond them `record` rejects with `queue.full`. @default 10000 */
  readonly queueLimit?: number;
  /** Listeners of one event at the most; beyond them `on` throws `queue.full`, since somebody forgets to take theirs off. @default 1000 */
  readonly listenerLimit?: number;
  /** Where log events go. @default nowhere */
  readonly logSinks?: readonly LogSink[];
}
