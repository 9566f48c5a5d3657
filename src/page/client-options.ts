import type { Clock, IdSource } from '../clock.ts';
import type { LogSink } from '../log/log.ts';
import type { DurationInput } from '../model/duration-schema.ts';
import type { StrategyChoice } from '../model/settings.ts';

/** A `TrustedScriptURL`, or anything else that the browser takes as the URL of a script. */
export type ScriptUrl = string | URL | { toString(): string };

/** Where the worker's script is. */
export interface ServiceWorkerOptions {
  /**
   * The script: the ready-made `nudgeloop/service-worker.js` as your server serves it, or one of yours that calls
   * `startWorker()`. Pass a `TrustedScriptURL` if your page enforces Trusted Types.
   *
   * @default '/nudgeloop/service-worker.js'
   */
  readonly url?: ScriptUrl;
  /** The worker's scope. Its own folder keeps it apart from every other worker of the app. @default the script's folder */
  readonly scope?: string;
  /** `module` if your script has `import` statements. @default 'classic' */
  readonly type?: 'classic' | 'module';
}

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

/** Options of `createNudgeloop`. */
export interface ClientOptions extends LoopOptions {
  /** The loop's name. @default 'default' */
  readonly loop?: string;
  /** The database's name; use one for each user of the app, if there are several. @default 'nudgeloop' */
  readonly database?: string;
  /**
   * Where the worker is: its script, a registration that the app made itself, or `false` to run the loop in the page.
   *
   * @default { url: '/nudgeloop/service-worker.js' }
   */
  readonly serviceWorker?: ServiceWorkerOptions | ServiceWorkerRegistration | false;
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
  /** Tells the time, for tests. @default the machine's */
  readonly clock?: Clock;
  /** Makes ids, for tests. @default crypto.randomUUID */
  readonly newId?: IdSource;
}
