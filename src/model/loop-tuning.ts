import type { DurationInput } from './retention.ts';

/** What a loop keeps and how it works, wherever it runs. Every way to make a loop takes these options. */
export interface LoopTuning {
  /** How many of the newest actions to keep. @default all */
  readonly retentionLimit?: number | undefined;
  /** The maximum age of actions to keep: milliseconds, or fields such as `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput | undefined;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string | undefined;
  /** Milliseconds between two looks for due work, and the first wait after a failure (five minutes at most). @default 60000 */
  readonly pollInterval?: number | undefined;
  /** How many unacknowledged nudges to keep; beyond it, the oldest sixteenth is dropped. @default 1000 */
  readonly outboxLimit?: number | undefined;
  /**
   * How many recorded calls may wait for a strategy; beyond it, `record` rejects with `queue.full`.
   *
   * An action that failed in a call with several actions waits as a call of its own afterwards, and is never refused. An
   * import may bring the calls that wait to 1,000 more than this, or to 11,000 if that is more.
   *
   * @default 10000
   */
  readonly pendingLimit?: number | undefined;
  /** How many dead letters to keep; beyond it, an action that failed too often stays pending. @default 1000 */
  readonly deadLetterLimit?: number | undefined;
  /**
   * How often a strategy is started on an action before the action becomes a dead letter. If you lower it, an action that
   * failed as often before may be set aside without another try.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Bytes that the loop may take, approximately. Beyond it, the oldest nudges are dropped; if that is not enough, `record`
   * rejects with `storage.quota`.
   *
   * @default 50000000
   */
  readonly storageLimit?: number | undefined;
}
