/**
 * Why Nudgeloop refused or failed. The union is closed, so a `switch` over it can be exhaustive.
 *
 * | code | when |
 * | --- | --- |
 * | `action.invalid` | an action is not plain data, is too deep or too large, or has a bad timestamp |
 * | `goal.invalid` | a goal is not plain data, or is too deep or too large |
 * | `options.invalid` | an option or a loop setting has the wrong type or value |
 * | `message.invalid` | a message, a stored row or an import file has an unexpected form |
 * | `strategy.unknown` | the host has no strategy with this name |
 * | `strategy.failed` | a strategy threw, rejected, or did not return a list of suggestions |
 * | `strategy.timeout` | a strategy did not settle within its deadline |
 * | `source.failed` | an action source threw, rejected, or did not return a poll result |
 * | `queue.full` | a bounded queue is full; nothing was taken |
 * | `receipt.conflict` | an id was used again for something else, or comes too late to know whether its call was taken before. This call was not taken |
 * | `storage.quota` | there was no room for the write; nothing was written |
 * | `storage.blocked` | another tab keeps an old version of the database open |
 * | `storage.newer` | a newer version of Nudgeloop wrote the database |
 * | `storage.failed` | the database can't be opened, read or written. Nothing was written, unless `details.seen` is `UnknownError`: then the write may have happened |
 * | `call.timeout` | no answer came within the deadline. A recorded action may have been taken, unless `details.sent` is false |
 * | `call.refused` | the worker does not offer this method |
 * | `worker.unavailable` | there is no usable service worker, and the fallback was not allowed or failed to load; or the worker of a suggestion or an erasure stopped answering. If `details.sent` is true, the call may have been taken |
 * | `update.needed` | page and worker share no protocol version: reload the page or update the older side |
 * | `epoch.reset` | since the call was made, the loop was erased, or the database was destroyed and recreated. What the call did is gone too |
 * | `client.disposed` | the client, loop or bus was closed before the call was made or answered. If `details.sent` is true, the call may still have been taken |
 * | `internal` | a defect in Nudgeloop itself |
 *
 * With any of them, `details.resent` of true means that an earlier copy of the call got no answer, and may have been taken.
 */
export type NudgeloopErrorCode =
  | 'action.invalid'
  | 'goal.invalid'
  | 'options.invalid'
  | 'message.invalid'
  | 'strategy.unknown'
  | 'strategy.failed'
  | 'strategy.timeout'
  | 'source.failed'
  | 'queue.full'
  | 'receipt.conflict'
  | 'storage.quota'
  | 'storage.blocked'
  | 'storage.newer'
  | 'storage.failed'
  | 'call.timeout'
  | 'call.refused'
  | 'worker.unavailable'
  | 'update.needed'
  | 'epoch.reset'
  | 'client.disposed'
  | 'internal';

/** Facts about a failure for programs to read: names, counts, limits, paths. Never the app's own data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error as it travels from worker to page. It is plain data because Comlink and structured clone drop an error's own fields. */
export interface NudgeloopErrorData {
  readonly code: NudgeloopErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/**
 * The only error class of Nudgeloop. Branch on `code`, which is stable; `message` is for people and may change.
 * A call that rejects with it changed and lost nothing, unless the description of its code says otherwise.
 *
 * @example
 * ```ts
 * import { createNudgeloop, isNudgeloopError } from 'nudgeloop';
 *
 * const client = createNudgeloop();
 * try {
 *   await client.record({ steps: Number.NaN });
 * } catch (error) {
 *   if (isNudgeloopError(error, 'action.invalid')) console.log(error.details?.path); // prints steps
 * }
 * ```
 */
export class NudgeloopError extends Error {
  override readonly name = 'NudgeloopError';

  /**
   * @param code why it failed
   * @param message what failed, what was seen, and what to do
   * @param details facts for programs; never payloads
   * @param options `cause`: the underlying error, if there is one
   */
  constructor(
    readonly code: NudgeloopErrorCode,
    message: string,
    readonly details?: ErrorDetails,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }

  /** Returns the error as plain data, without stack and cause, ready to send to another realm. */
  toData(): NudgeloopErrorData {
    return this.details === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, details: this.details };
  }

  /** Rebuilds an error from what `toData` returned on the other side. */
  static fromData(data: NudgeloopErrorData): NudgeloopError {
    return new NudgeloopError(data.code, data.message, data.details);
  }
}

/**
 * Tells whether a caught value is a `NudgeloopError`, and if you pass a code, whether it has that code.
 *
 * @param error what was caught
 * @param code the code to narrow to
 *
 * @example
 * ```ts
 * import { createLog, GoalStateTracker, isNudgeloopError } from 'nudgeloop/core';
 *
 * const tracker = new GoalStateTracker({ log: createLog(() => Date.now()) });
 * try {
 *   await tracker.update('10,000 steps');
 * } catch (error) {
 *   console.log(isNudgeloopError(error)); // prints true
 *   console.log(isNudgeloopError(error, 'goal.invalid')); // prints true
 *   console.log(isNudgeloopError(error, 'action.invalid')); // prints false
 * }
 * ```
 */
export function isNudgeloopError(error: unknown, code?: NudgeloopErrorCode): error is NudgeloopError {
  return error instanceof NudgeloopError && (code === undefined || error.code === code);
}

/**
 * Wraps what was thrown in a `NudgeloopError`. A `NudgeloopError` is returned as it is.
 * The foreign message goes into `cause` only: it may quote the app's data, and messages end up in logs.
 */
export function toNudgeloopError(
  error: unknown,
  code: NudgeloopErrorCode = 'internal',
  message = 'An unexpected error occurred inside Nudgeloop.',
): NudgeloopError {
  if (error instanceof NudgeloopError) return error;
  return new NudgeloopError(code, message, { seen: error instanceof Error ? nameOf(error) : typeof error }, { cause: error });
}

/** The name of an error, if it looks like one: it ends up in logs, and may be set to anything, even to an action's text. */
export function nameOf({ name }: Error): string {
  return typeof name === 'string' && /^[A-Z][A-Za-z]{0,39}$/.test(name) ? name : 'an error';
}
