import { UNREPEATABLE_METHODS } from '../../protocol/api.ts';
import { MOST_UNANSWERED, RESEND_WINDOW } from '../../protocol/windows.ts';

/** A message as Comlink makes it. */
export interface ComlinkMessage {
  readonly id: string;
  readonly type: string;
  readonly path?: readonly string[];
}

/** A call of a method, until it is answered. */
export interface Request {
  readonly message: ComlinkMessage;
  readonly method: string;
  /** Its place among the client's requests. */
  readonly order: number;
  /** The wait before the next attempt, in milliseconds. */
  wait: number;
  /** Copies that were sent by a message that wakes the worker. */
  copies: number;
  /** How many signs of life the worker had given when the request was made. */
  readonly signs: number;
  /**
   * How many workers may have taken it without knowing of each other: the copies sent, minus those known to be at the
   * same worker.
   */
  takers: number;
  /** Cancels the next attempt. */
  cancel: () => void;
  /** Cancels the deadline. */
  keep: () => void;
}

/** The requests that were sent and have no answer yet, in the order of sending. */
export type Outstanding = ReadonlyMap<string, Request>;

/** Whether a request was sent, and may not be sent twice. */
export function isSpent({ takers, method }: Request): boolean {
  return takers > 0 && UNREPEATABLE_METHODS.has(method);
}

/** Whether later calls must take effect after it. A poke has no receipt, and takes as long as a strategy may. */
function isOrdered({ method }: Request): boolean {
  return method !== 'poke';
}

/** Once sent, a suggestion or an erasure is not resent either. But they stay ordered. */
function mayBeResent(request: Request): boolean {
  return isOrdered(request) && !isSpent(request);
}

/** The place of the oldest counted request, or of this one. The first match is the oldest. */
function oldest(own: Request, outstanding: Outstanding, isCounted: (request: Request) => boolean): number {
  for (const request of outstanding.values()) if (isCounted(request)) return Math.min(own.order, request.order);
  return own.order;
}

/**
 * The place of the oldest request that awaits an answer and must stay in order: the worker waits for all from there on.
 *
 * @param isAgain it is a copy, so only what can still come counts
 */
export function firstAwaited(own: Request, outstanding: Outstanding, isAgain: boolean): number {
  return oldest(own, outstanding, isAgain ? mayBeResent : isOrdered);
}

/** Whether the next request may be sent beside those that have no answer yet. */
export function mayBeSent(next: Request, outstanding: Outstanding): boolean {
  // After an erasure, a copy can't be told from a call of the loop's next life. So nothing before it may still need a
  // resend.
  const window = next.method === 'erase' ? 1 : RESEND_WINDOW;
  return outstanding.size < MOST_UNANSWERED && next.order - oldest(next, outstanding, mayBeResent) < window;
}
