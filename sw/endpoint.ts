import { expose, type Endpoint } from 'comlink';
import { NudgeloopError } from '../src/errors.ts';
import type { FollowUp } from '../src/host/follow-up.ts';
import { updateNeeded } from '../src/host/update-needed.ts';
import type { Log } from '../src/log/log.ts';
import type { WorkerApi } from '../src/protocol/api.ts';
import { isRequestEnvelope, isWakeEnvelope, replyEnvelope, type RequestEnvelope } from '../src/protocol/envelope.ts';
import { commonProtocol, PROTOCOL_RANGE } from '../src/protocol/version.ts';
import { createPorts, type Way } from './ports.ts';
import { createReplyMemory } from './reply-memory.ts';
import { readRequest, type CheckedRequest } from './read-request.ts';
import { createSequencer } from './sequencer.ts';
import type { WorkerRealm } from './worker-realm.ts';

/** Requests of all clients that are under way at the most; a client sends no more than 128 without an answer. */
const MAX_UNDER_WAY = 1_024;

/** Requests of one client that are under way at the most, with room for copies: one that floods must not shut out the others. */
const MAX_OF_ONE_CLIENT = 512;

/** Options of `createEndpoint`. */
export interface EndpointOptions {
  readonly database: string;
  /** Own, listed methods, without a prototype. */
  readonly api: WorkerApi;
  readonly realm: Pick<WorkerRealm, 'clock' | 'origin' | 'isClient'>;
  /** Does what a call left to do. */
  readonly followUp: (...call: Parameters<FollowUp>) => Promise<void>;
  /** Settles when what is shown of it is shown. */
  readonly settled: () => Promise<unknown> | undefined;
  readonly log: Log;
}

/** The worker's end. */
export interface WorkerEndpoint {
  /** Takes a `message` event. */
  receive(event: ExtendableMessageEvent): void;
  /** Closes the ports that pages handed over. */
  close(): void;
}

/** What Comlink sends back. */
interface ComlinkReply {
  readonly id: string;
  readonly type: string;
  readonly value?: unknown;
}

/**
 * Makes the worker's end: it takes messages, lets through only what is a call of a listed method with plain arguments,
 * and answers on the way on which it was asked. Comlink alone would let a page walk and write the exposed object.
 */
export function createEndpoint(options: EndpointOptions): WorkerEndpoint {
  const { api, database, realm, followUp, settled, log } = options;
  const replies = createReplyMemory<ComlinkReply>();
  const sequencer = createSequencer(realm.clock);
  const underWay = new Map<string, (reply: ComlinkReply) => void>();
  let deliver = (_event: unknown): void => undefined;
  let deliveries = 0;
  const takenBy = new Map<string, number>();
  let taken = 0;

  const count = (client: string, change: 1 | -1): void => {
    taken += change;
    const own = (takenBy.get(client) ?? 0) + change;
    if (own > 0) takenBy.set(client, own);
    else takenBy.delete(client);
  };

  const comlink: Endpoint = {
    addEventListener: (_type, listener) => {
      deliver = listener as (event: unknown) => void;
    },
    removeEventListener: () => undefined,
    postMessage: (reply: ComlinkReply) => underWay.get(reply.id)?.(reply),
  };
  expose(api, comlink);

  /** Runs a call through Comlink, under an id of its own: two clients may have chosen the same one. */
  const run = ({ method, argument }: CheckedRequest): Promise<ComlinkReply> =>
    new Promise((resolve) => {
      deliveries += 1;
      const id = String(deliveries);
      underWay.set(id, (reply) => {
        underWay.delete(id);
        resolve(reply);
      });
      deliver({ data: { id, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: argument }] } });
    });

  const handle = (envelope: RequestEnvelope, way: Way): void => {
    const request = readRequest(envelope.message, api);
    if (request === undefined) return log.warn('message.ignored', { from: 'form' });
    const { client, order, first } = envelope;
    sequencer.settled(client, first);
    const reply = (message: Omit<ComlinkReply, 'id'>): void => {
      way.reply({ ...message, id: request.id });
    };
    // With its length, so that no two pairs of a client and an id read alike.
    const key = `${client.length}:${client}:${request.id}`;
    const own = takenBy.get(client) ?? 0;
    // Asked before the limit: a copy of a call that was taken is answered with it, and not that nothing was taken.
    const known = replies.get(key);
    const isFull = taken >= MAX_UNDER_WAY || own >= MAX_OF_ONE_CLIENT;
    if (!('method' in request) || (known === undefined && isFull)) {
      sequencer.pass(client, order);
      const isRefused = !('method' in request);
      return reply(
        refusal(isRefused ? new NudgeloopError('call.refused', request.problem) : new NudgeloopError('queue.full', 'Too many calls are under way.')),
      );
    }
    // Said by hello too; a page that greeted the worker before this one learns it here.
    const { nudgeloop: max, oldest } = envelope;
    // Any script of the origin can send anything here, and to compare a graph of lists with a number is to walk all ways through it.
    const min = typeof oldest === 'number' ? oldest : max;
    if (request.method !== 'hello' && commonProtocol(PROTOCOL_RANGE, { min, max }) === undefined) {
      sequencer.pass(client, order);
      return reply(refusal(updateNeeded({ min, max })));
    }
    const { method, argument } = request;
    const answer = (): Promise<ComlinkReply> =>
      new Promise((resolve) => {
        const isMissing = sequencer.begin(client, order, () => resolve(run(request)));
        if (isMissing) way.reply({ type: 'RESEND' });
      });
    // The page can't tell a worker that is at it from one that is stuck, and would leave it alone.
    if (known !== undefined) way.reply({ type: 'WORKING' });
    const work = async (): Promise<void> => {
      count(client, 1);
      // A resent copy of a call that was only slow gets the first one's answer, and is not run again.
      const answered = await (known ?? replies.put(key, method, answer())).finally(() => count(client, -1));
      reply(answered);
      await followUp(method, argument, answered.value);
      await settled();
    };
    // Until the answer is out and what follows from the call is done.
    way.hold(work());
  };
  const ports = createPorts({ database, clock: realm.clock, handle, log });

  return {
    receive(event) {
      const envelope: unknown = event.data;
      // Somebody else's message, or for another database that this worker may also serve.
      if (!(isRequestEnvelope(envelope) || isWakeEnvelope(envelope)) || envelope.database !== database) return;
      const { source } = event;
      if (event.origin !== realm.origin || !realm.isClient(source)) return log.warn('message.ignored', { from: 'origin' });
      const { client } = envelope;
      const hold = (work: Promise<unknown>): void => event.waitUntil(work);
      if (envelope.kind === 'wake') return hold(ports.woken(source.id, client, event.ports[0]));
      handle(envelope, { hold, reply: (message) => source.postMessage(replyEnvelope(client, message)) });
    },
    close: ports.close,
  };
}

function refusal(error: NudgeloopError): Omit<ComlinkReply, 'id'> {
  return { type: 'RAW', value: { ok: false, error: error.toData() } };
}
