import { NudgeloopError, type ErrorDetails } from '../errors.ts';
import type { Answer, WorkerAnswers, WorkerMethod, WorkerRequest } from '../protocol/api.ts';

/** The way to the host of the loops, wherever it lives. */
export interface HostLink {
  /** Why the page hosts the loops; null when the worker does. */
  readonly fallbackReason: string | null;
  /** Calls a method. Always settles, and never rejects: an error is an answer too. */
  call<Method extends WorkerMethod>(method: Method, request: WorkerRequest<Method>): Promise<Answer<WorkerAnswers[Method]>>;
  /** Makes sure that the host is one that the browser knows: the site's data was cleared, perhaps with the worker. */
  verify(): void;
  /** Tells whether a newer worker is on its way; absent where the host is a part of the page. */
  isUpdating?(): boolean;
  /** The page hosts, and knows no strategy that any loop asked for, which a worker may know: of use for an erasure only. */
  isUseless?(): boolean;
  /** How often anything came from a worker; absent where the host is a part of the page. */
  signs?(): number;
  /** Ends the way; what is under way is answered with `client.disposed`. */
  close(): void;
}

/** Gives an answer's value, or throws its error. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw NudgeloopError.fromData(answer.error);
}

/**
 * The error of every call after the end.
 *
 * @param details what is known of a call that was under way then
 */
export function disposed(details: ErrorDetails = { sent: false }): NudgeloopError {
  return new NudgeloopError('client.disposed', 'The client was disposed before this call was answered.', details);
}
