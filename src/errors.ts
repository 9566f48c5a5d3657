/**
 * Every reason for which Nudgeloop refuses or fails. The union is closed: a `switch` over it can be exhaustive.
 *
 * | code | when |
 * | --- | --- |
 * | `action.invalid` | an action is not plain data, or is too deep, too large, or has a bad timestamp |
 * | `goal.invalid` | the same for a goal state |
 * | `options.invalid` | an option or loop setting is of the wrong kind |
 * | `message.invalid` | a message, stored row or import file is not of the expected form |
 * | `strategy.unknown` | no strategy of that name is registered in the worker |
 * | `strategy.failed` | a strategy threw, rejected or returned something that is no list of suggestions |
 * | `strategy.timeout` | a strategy did not settle within its deadline |
 * | `source.failed` | an action source threw, rejected or returned something that is no poll result |
 * | `queue.full` | a bounded queue has no room; nothing was taken |
 * | `receipt.conflict` | an id was used again with other actions |
 * | `storage.quota` | the browser refused the write for lack of room; nothing was written |
 * | `storage.blocked` | another tab keeps an old database version open |
 * | `storage.newer` | the database was written by a newer version of Nudgeloop |
 * | `storage.failed` | the database could not be opened, read or written; nothing was written, unless `details.seen` is `UnknownError`: then the write may have happened |
 * | `call.timeout` | no answer within the deadline; a recorded action may or may not have been taken, unless `details.sent` is false |
 * | `call.refused` | the worker does not offer this method |
 * | `worker.unavailable` | there is no usable service worker, and the fallback was not allowed or could not be loaded |
 * | `update.needed` | page and worker share no protocol version; reload or update the older one |
 * | `epoch.reset` | the database was destroyed and begun anew, or the loop erased, since this call was made; what it may have done by then is gone too |
 * | `client.disposed` | the client, loop or bus was closed before the call was made or answered; where `details.sent` is true, it may still have been taken |
 * | `internal` | a defect of Nudgeloop itself |
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

/** Small facts about a failure: names, counts, limits, paths. Never the app's own data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error as it crosses from worker to page: data, because Comlink and structured clone drop an error's own fields. */
export interface NudgeloopErrorData {
  readonly code: NudgeloopErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/**
 * The one error class of Nudgeloop. Decide by `code`, show `message`; the text may change, the code does not.
 * Whenever it is thrown, nothing was changed and nothing was lost, unless the code's own line says otherwise.
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
   * @param code why, from the closed union
   * @param message what failed, what was seen, what to do
   * @param details small facts for programs; never payloads
   * @param options the underlying error, if there is one
   */
  constructor(
    readonly code: NudgeloopErrorCode,
    message: string,
    readonly details?: ErrorDetails,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }

  /** The error as plain data, without stack and cause, fit for a message to another realm. */
  toData(): NudgeloopErrorData {
    return this.details === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, details: this.details };
  }

  /** Makes the error again from what `toData` gave on the other side. */
  static fromData(data: NudgeloopErrorData): NudgeloopError {
    return new NudgeloopError(data.code, data.message, data.details);
  }
}

/**
 * Tells whether a caught value is a Nudgeloop error, and of the given code if one is named.
 *
 * @param error whatever was caught
 * @param code narrow to this code
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
 * Wraps whatever was thrown as a `NudgeloopError`; one that already is stays itself.
 * The foreign message is kept as `cause` only: it may quote the app's data, and messages travel to logs.
 */
export function toNudgeloopError(
  error: unknown,
  code: NudgeloopErrorCode = 'internal',
  message = 'An unexpected error occurred inside Nudgeloop.',
): NudgeloopError {
  if (error instanceof NudgeloopError) return error;
  return new NudgeloopError(code, message, { seen: error instanceof Error ? nameOf(error) : typeof error }, { cause: error });
}

/** The name of an error, where it looks like one: it may be set to anything, also to what the actions say, and gets into logs. */
export function nameOf({ name }: Error): string {
  return typeof name === 'string' && /^[A-Z][A-Za-z]{0,39}$/.test(name) ? name : 'an error';
}
