import { NudgeloopError, toNudgeloopError, type ErrorDetails } from '../errors.ts';
import type { Answer, WorkerAnswers, WorkerMethod, WorkerRequest } from '../protocol/api.ts';

/** The connection to the host of the loops, wherever it runs. */
export interface HostLink {
  /** Why the page hosts the loops; null when the worker does. */
  readonly fallbackReason: string | null;
  /** Calls a method. Always settles, and never rejects: an error is an answer too. */
  call<Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<Answer<WorkerAnswers[Method]>>;
  /** Makes sure that the browser still knows the host: the site's data was cleared, perhaps with the worker. */
  verify(): void;
  /** Tells whether a newer worker is on its way; absent if the page is the host. */
  isUpdating?(): boolean;
  /** Has the browser fetch the worker's script anew; rejects with why it can't. Absent if the page is the host. */
  update?(): Promise<unknown>;
  /** Makes the error that says that the worker does not answer; absent if the page is the host. */
  silent?(cause?: unknown): NudgeloopError;
  /**
   * The page is the host and does not know the strategy of any loop, though a worker may. It is only good for an
   * erasure.
   */
  isUseless?(): boolean;
  /**
   * How many messages came from a worker, and how often another took over; undefined if the active one was asked nothing
   * since it took over. Absent if the page is the host.
   */
  signs?(): number | undefined;
  /** Ends the connection; calls in progress are answered with `client.disposed`. */
  close(): void;
}

/** Returns an answer's value, or throws its error. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw NudgeloopError.fromData(answer.error);
}

/**
 * The error of every call after the end.
 *
 * @param details what is known of a call that was in progress then
 */
export function disposed(details: ErrorDetails = { sent: false }): NudgeloopError {
  return new NudgeloopError('client.disposed', 'The client was disposed before this call was answered.', details);
}

/**
 * The error of a greeting, for a call that waited for it.
 *
 * @param sent whether the call was sent itself, to an earlier host
 */
export function ofCall(error: unknown, sent: boolean): NudgeloopError {
  const { code, message, details } = toNudgeloopError(error);
  const text = sent || details?.['sent'] !== true ? message : 'The call was not sent: the greeting before it got no answer.';
  return new NudgeloopError(code, text, { ...details, sent }, { cause: error });
}
