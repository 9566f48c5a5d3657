import type { Clock } from '../../clock.ts';
import { nameOf, type ErrorDetails, type NudgeloopError, type NudgeloopErrorData } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { FIRST_WAIT_MS } from '../../protocol/windows.ts';
import { sharedTimers } from '../shared-timers.ts';
import { firstAwaited, isSpent, mayBeSent, type ComlinkMessage, type Request } from './request-order.ts';
import { createSilence } from './silence.ts';

/**
 * The wait after sending through the port, in milliseconds. Short: no worker has to start, and a stopped one never
 * answers.
 */
const PORT_WAIT_MS = 250;

/** What may come from a worker: an answer, `RESEND`, or `WORKING` with the call that it works on. */
interface FromWorker {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly call?: unknown;
  readonly value?: { readonly ok?: unknown; readonly error?: NudgeloopErrorData };
}

/** A request to send. */
export interface OutgoingRequest {
  readonly message: unknown;
  readonly method: string;
  /** Its place among the client's requests. */
  readonly order: number;
  /** The place of the oldest request that awaits an answer and must stay in order. */
  readonly first: number;
  /** True if the first copy may be lost. */
  readonly isAgain: boolean;
}

/**
 * How a request was sent: not at all, because there is no worker at the moment; by a message that wakes it; or by a
 * port.
 */
export type Sent = 'not' | 'waking' | 'by port';

/** A Comlink endpoint on which every request gets an answer: from the worker, or finally from the endpoint itself. */
export interface RequestEndpoint {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: unknown): void;
  /** Takes a Comlink message from the worker. */
  receive(message: unknown): void;
  /** Resends at once what awaits an answer, because there is another worker. */
  resend(): void;
  /**
   * How many messages came from a worker, and how often another took over. Undefined if nothing was to be sent to the last
   * one, such as when too many requests are in progress that are never resent.
   */
  signs(): number | undefined;
  /** Answers all requests, now and later, with this error. */
  close(error: NudgeloopError): void;
}

/** Options of `createRequestEndpoint`. */
export interface RequestEndpointOptions {
  readonly send: (request: OutgoingRequest) => Sent;
  readonly clock: Clock;
  /** Whether the worker is processing the pending work of a loop. */
  readonly isWorking: () => Promise<boolean>;
  /** Milliseconds from the call to `call.timeout`, whether it was sent or waited for older ones; without those asleep. */
  readonly deadline: number;
  readonly log: Log;
}

/**
 * Makes the endpoint. Comlink's promises have no reject and no deadline, and a message to a worker is delivered at most
 * once. So a request is sent again, under the same id, until it is answered or its deadline is over.
 */
export function createRequestEndpoint({ send, clock, isWorking, deadline, log }: RequestEndpointOptions): RequestEndpoint {
  /** Comlink's listener: it adds one, and never removes it. */
  let listener: ((event: { readonly data: unknown }) => void) | undefined;
  const outstanding = new Map<string, Request>();
  const queue: Request[] = [];
  const schedule = sharedTimers(clock, 1);
  const scheduleEnd = sharedTimers(clock);
  let orders = 0;
  /** Something was to be sent to the last worker. */
  let isAsked = false;
  let closed: NudgeloopError | undefined;

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

  const expire = (request: Request): void => {
    const at = queue.indexOf(request);
    if (at >= 0) queue.splice(at, 1);
    const { method } = request;
    const isSent = request.takers > 0;
    const outcome = isSent ? 'A recorded action may have been taken' : 'It was not sent to this worker';
    const text = `No answer to ${method} within ${deadline} ms. ${outcome}; the worker is busy, or stuck in a strategy.`;
    finish(request, failed('call.timeout', text, { call: method, deadline, sent: isSent }));
    // Pump later, once requests of the same age have expired too: what is sent now would expire at once.
    clock.schedule(0, pump);
    // To a second copy, a living worker answers at least that it is working on the first.
    if (request.copies > 1 && request.signs === silence.signs()) silence.suspect();
  };

  const trySend = (request: Request, isAgain: boolean): Sent => {
    const { message, method, order } = request;
    if (silence.isKept() || isSpent(request)) return 'not';
    isAsked = true;
    if (request.takers > 0) log.debug('call.resent', { call: method });
    try {
      const sent = send({ message, method, order, first: firstAwaited(request, outstanding, isAgain), isAgain });
      if (sent !== 'not') request.takers += 1;
      if (sent === 'waking') request.copies += 1;
      return sent;
    } catch (error) {
      const seen = error instanceof Error ? nameOf(error) : '';
      // An InvalidStateError is the worker's doing, and it got nothing: another time. Else it is a DataCloneError, or what a
      // getter threw: what the app passed can't be sent, now or later.
      if (seen !== 'InvalidStateError') settle(request, failed('message.invalid', `The call ${method} can't be sent: pass plain data.`, { seen }));
      return 'not';
    }
  };

  const attempt = (request: Request): void => {
    const sent = trySend(request, request.takers > 0);
    // It can't be sent, and was answered with that.
    if (!outstanding.has(request.message.id)) return;
    request.cancel = schedule(sent === 'by port' ? PORT_WAIT_MS : request.wait, () => attempt(request));
    if (sent === 'waking') request.wait *= 2;
  };

  const pump = (): void => {
    for (let next = queue[0]; next !== undefined && mayBeSent(next, outstanding); next = queue[0]) {
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
      // Comlink sends RELEASE when a proxy is garbage-collected; the worker need not know.
      if (message.type !== 'APPLY') return;
      if (closed !== undefined) return answer(message.id, { ok: false, error: closed.toData() });
      const method = message.path?.[0] ?? '';
      orders += 1;
      const none = (): void => undefined;
      const request: Request = { message, method, order: orders, wait: FIRST_WAIT_MS, copies: 0, signs: silence.signs(), takers: 0, cancel: none, keep: none };
      request.keep = scheduleEnd(deadline, () => expire(request));
      queue.push(request);
      pump();
    },
    addEventListener: (_type, given) => void (listener = given as typeof listener),
    receive(message) {
      const wasSilent = silence.end();
      const { id, type, call, value } = (message ?? {}) as FromWorker;
      // The worker already works on another copy of this call: both are at the same worker. With three copies that is not
      // sure: the first may have gone to a worker that is gone.
      const working = outstanding.get(call as string);
      if (working?.takers === 2) working.takers = 1;
      const request = outstanding.get(id as string);
      // If undefined, it answers an extra copy, or nothing.
      if (request !== undefined) {
        const { error } = value ?? {};
        const isAnswer = type === 'RAW' && (value?.ok === true || typeof error?.code === 'string');
        // One copy was refused; that says nothing about what another one did.
        if (isAnswer && request.takers > 1 && error) Object.assign(error, { details: { ...error.details, resent: true } });
        finish(request, isAnswer ? value : failed('internal', `The worker failed at ${request.method}.`, { call: request.method }));
      }
      // A worker that was stopped and started again lacks a part of what was sent, and holds back the rest until it has
      // that. It goes before the queued requests, which are younger.
      if (wasSilent || type === 'RESEND') resend();
      pump();
    },
    signs: () => (isAsked ? silence.signs() : undefined),
    resend() {
      silence.end();
      isAsked = false;
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
