import type { Clock } from '../clock.ts';
import { nameOf, type ErrorDetails, type NudgeloopError, type NudgeloopErrorData } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { UNREPEATABLE_METHODS } from '../protocol/api.ts';
import { createSilence } from './silence.ts';
import { sharedTimers } from './shared-timers.ts';

/** The first wait for an answer, in milliseconds; each further one is twice as long. */
const FIRST_WAIT_MS = 1_000;

/** The wait after a sending by the port, in milliseconds: no worker has to start for it, and one that was stopped never answers. */
const PORT_WAIT_MS = 250;

/**
 * How far the newest request sent may be ahead of the oldest unanswered one. The host remembers 256 receipts of each
 * client, so whatever may still be resent is one that it can recognise.
 */
const WINDOW = 128;

/** Requests sent and unanswered at the most, those included that nobody waits for. A worker takes twice as many of one client. */
const MAX_UNDER_WAY = 256;

/** A message as Comlink makes it. */
interface ComlinkMessage {
  readonly id: string;
  readonly type: string;
  readonly path?: readonly string[];
}

interface Request {
  readonly message: ComlinkMessage;
  readonly method: string;
  readonly order: number;
  wait: number;
  /** Copies that went by a message that wakes. */
  copies: number;
  /** The worker's signs of life until it was made. */
  readonly signs: number;
  /** How many workers may have taken it, none of which knows of the others: copies that were sent, those counted as one that the same has. */
  takers: number;
  /** Calls the next sending off. */
  cancel: () => void;
  /** Calls the end of its time off. */
  keep: () => void;
}

/** A request as it is to be sent. */
export interface OutgoingRequest {
  readonly message: unknown;
  readonly method: string;
  /** Its place among the client's requests. */
  readonly order: number;
  /** The place of the oldest whose order counts that waits for an answer. */
  readonly first: number;
  /** True when the first copy may be lost. */
  readonly isAgain: boolean;
}

/** How a request went: not at all, since there is nobody to send it to at the moment, by a message that wakes, or by a port. */
export type Sent = 'not' | 'waking' | 'by port';

/** A Comlink endpoint on which every request is answered: by the worker, or in the end by the endpoint itself. */
export interface RequestEndpoint {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: unknown): void;
  /** Takes a Comlink message that came from the worker. */
  receive(message: unknown): void;
  /** Sends again at once what waits for an answer, because there is another worker. */
  resend(): void;
  /** How often anything came from a worker. */
  signs(): number;
  /** Answers all, now and later, with this error. */
  close(error: NudgeloopError): void;
}

/** Options of `createRequestEndpoint`. */
export interface RequestEndpointOptions {
  readonly send: (request: OutgoingRequest) => Sent;
  readonly clock: Clock;
  /** Whether the worker is at the pending work of a loop. */
  readonly isWorking: () => Promise<boolean>;
  /** Milliseconds from the call to `call.timeout`, whether it could be sent meanwhile or waited for older ones. */
  readonly deadline: number;
  readonly log: Log;
}

/**
 * Makes the endpoint. Comlink's own promises have no reject and no deadline, and a message to a worker is delivered at
 * most once: so a request is sent again (under the same id) until it is answered or its time is up.
 */
export function createRequestEndpoint({ send, clock, isWorking, deadline, log }: RequestEndpointOptions): RequestEndpoint {
  /** Comlink's own: it takes one, and never lets it go. */
  let listener: ((event: { readonly data: unknown }) => void) | undefined;
  const outstanding = new Map<string, Request>();
  const queue: Request[] = [];
  const schedule = sharedTimers(clock);
  let orders = 0;
  let signs = 0;
  let closed: NudgeloopError | undefined;

  /** The place of the oldest that is counted, or else of this one: the first, since they are kept in the order of sending. */
  const oldest = (own: Request, isCounted: (request: Request) => boolean): number => {
    for (const request of outstanding.values()) if (isCounted(request)) return Math.min(own.order, request.order);
    return own.order;
  };

  // A poke has no receipt, and takes as long as a strategy may: others must not wait for that.
  const isOrdered = ({ method }: Request): boolean => method !== 'poke';
  /** Nor has a suggestion, which takes as long, or an erasure; but what comes later is to come behind them. */
  const mayBeResent = (request: Request): boolean => isOrdered(request) && !(request.takers > 0 && UNREPEATABLE_METHODS.has(request.method));

  const answer = (id: string, value: unknown): void => {
    listener?.({ data: { id, type: 'RAW', value } });
  };

  const finish = (request: Request, value: unknown): void => {
    request.cancel();
    request.keep();
    outstanding.delete(request.message.id);
    answer(request.message.id, value);
  };

  const settle = (request: Request, value: unknown): void => {
    finish(request, value);
    pump();
  };

  // Time is counted by the timers alone: a deadline read off the wall clock would never come once that is set back.
  const expire = (request: Request): void => {
    const at = queue.indexOf(request);
    if (at >= 0) queue.splice(at, 1);
    const { method } = request;
    const isSent = request.takers > 0;
    const outcome = isSent ? 'A recorded action may or may not have been taken' : 'It was not sent, and nothing was taken';
    const advice = method === 'hello' ? "check that the worker's script calls startWorker() for this database" : 'the worker is busy, or stuck in a strategy';
    const text = `No answer to ${method} within ${deadline} ms. ${outcome}; ${advice}.`;
    finish(request, failed('call.timeout', text, { call: method, deadline, sent: isSent }));
    // Later, when those of the same age are over too: what makes room now would be sent only to expire at once.
    clock.schedule(0, pump);
    // To the second copy a worker says at least that it is at it.
    if (request.copies > 1 && request.signs === silence.signs()) silence.suspect();
  };

  const trySend = (request: Request, isAgain: boolean): Sent => {
    const { message, method, order } = request;
    if (silence.isKept() || (request.takers > 0 && UNREPEATABLE_METHODS.has(method))) return 'not';
    if (request.takers > 0) log.debug('call.resent', { call: method });
    try {
      const sent = send({ message, method, order, first: oldest(request, isAgain ? mayBeResent : isOrdered), isAgain });
      if (sent !== 'not') request.takers += 1;
      if (sent === 'waking') request.copies += 1;
      return sent;
    } catch (error) {
      // A DataCloneError: what the app passed can't be sent, now or later.
      const seen = error instanceof Error ? nameOf(error) : '';
      settle(request, failed('message.invalid', `The call ${method} can't be sent: pass plain data.`, { seen }));
      return 'not';
    }
  };

  const attempt = (request: Request): void => {
    const sent = trySend(request, request.takers > 0);
    // It can't be sent, and was told so.
    if (!outstanding.has(request.message.id)) return;
    request.cancel = schedule(sent === 'by port' ? PORT_WAIT_MS : request.wait, () => attempt(request));
    if (sent === 'waking') request.wait *= 2;
  };

  const pump = (): void => {
    for (;;) {
      const next = queue[0];
      if (next === undefined || outstanding.size >= MAX_UNDER_WAY) return;
      // Behind an erasure nobody can tell a copy from a call of the next life: none of what came before it may be sent again then.
      if (next.order - oldest(next, mayBeResent) >= (next.method === 'erase' ? 1 : WINDOW)) return;
      queue.shift();
      outstanding.set(next.message.id, next);
      attempt(next);
    }
  };

  const resend = (): void => [...outstanding.values()].forEach((request) => void trySend(request, true));
  const silence = createSilence({ clock, isWorking, resume: resend });

  return {
    postMessage(given) {
      const message = given as ComlinkMessage;
      // Comlink sends RELEASE when it finds a proxy collected: nothing that a worker would have to know.
      if (message.type !== 'APPLY') return;
      if (closed !== undefined) return answer(message.id, { ok: false, error: closed.toData() });
      const method = message.path?.[0] ?? '';
      orders += 1;
      const none = (): void => undefined;
      const request: Request = { message, method, order: orders, wait: FIRST_WAIT_MS, copies: 0, signs: silence.signs(), takers: 0, cancel: none, keep: none };
      request.keep = schedule(deadline, () => expire(request));
      queue.push(request);
      pump();
    },
    addEventListener: (_type, given) => void (listener = given as typeof listener),
    receive(message) {
      const wasSilent = silence.end();
      signs += 1;
      const { id, type, call, value } = (message ?? {}) as { id?: unknown; type?: unknown; call?: unknown; value?: { ok?: unknown; error?: NudgeloopErrorData } };
      // A worker that was stopped lost a part of what was sent; it holds the rest until it has that too.
      const isWanted = type === 'RESEND';
      const request = typeof id === 'string' && !isWanted ? outstanding.get(id) : undefined;
      // The one copy came to the worker that has the other. Of three, the first may have been taken by one that is no more.
      const working = type === 'WORKING' ? outstanding.get(call as string) : undefined;
      if (working?.takers === 2) working.takers = 1;
      // Else the answer to a copy that was sent again, or to nothing.
      if (request !== undefined) {
        const isAnswer = type === 'RAW' && typeof value?.ok === 'boolean';
        // What refuses one copy says nothing of what became of another.
        const { error } = value ?? {};
        if (isAnswer && request.takers > 1 && error?.code === 'epoch.reset') Object.assign(error, { details: { ...error.details, resent: true } });
        finish(request, isAnswer ? value : failed('internal', `The worker failed at ${request.method}.`, { call: request.method }));
      }
      // Before those that waited for room: they are younger.
      if (wasSilent || isWanted) resend();
      pump();
    },
    signs: () => signs,
    resend() {
      silence.end();
      resend();
    },
    close(error) {
      closed = error;
      for (const request of [...outstanding.values(), ...queue.splice(0)]) {
        finish(request, failed(error.code, error.message, { call: request.method, sent: request.takers > 0 }));
      }
      silence.end();
    },
  };
}

function failed(code: NudgeloopErrorData['code'], message: string, details: ErrorDetails): { readonly ok: false; readonly error: NudgeloopErrorData } {
  return { ok: false, error: { code, message, details } };
}
