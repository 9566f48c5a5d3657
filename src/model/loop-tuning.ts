import type { DurationInput } from './retention.ts';

/** What a loop keeps and how it works, wherever it runs: the part of the options that every way to make one has. */
export interface LoopTuning {
  /** Keep the newest so many actions. @default all */
  readonly retentionLimit?: number | undefined;
  /** Keep actions not older than this: milliseconds, or fields such as `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput | undefined;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string | undefined;
  /** Milliseconds between two looks at due work, and the first wait after a failure. @default 60000 */
  readonly pollInterval?: number | undefined;
  /** The most unacknowledged nudges; beyond it the oldest sixteenth is dropped. @default 1000 */
  readonly outboxLimit?: number | undefined;
  /**
   * The most recorded calls that may wait to be processed; beyond it `record` rejects with `queue.full`. An action that failed in a call
   * of several waits as a call of its own from then on, and is never refused; an import may bring as many as this, or 10,000 if that is more, and 1,000. @default 10000
   */
  readonly pendingLimit?: number | undefined;
  /** Actions that failed too often and are kept at the most; beyond them they stay pending. @default 1000 */
  readonly deadLetterLimit?: number | undefined;
  /** How often a strategy is started on an action before that becomes a dead letter. @default 3 */
  readonly maxAttempts?: number | undefined;
  /** Bytes that the loop may take, about; beyond them the oldest nudges are dropped, and then `record` rejects with `storage.quota`. @default 50000000 */
  readonly storageLimit?: number | undefined;
}
