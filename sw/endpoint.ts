import { NudgeloopError, toNudgeloopError } from '../src/errors.ts';
import type { FollowUp } from '../src/host/follow-up.ts';
import { updateNeeded } from '../src/host/update-needed.ts';
import type { Log } from '../src/log/log.ts';
import { UNREPEATABLE_METHODS, type Answer, type WorkerAnswers, type WorkerApi, type WorkerMethod } from '../src/protocol/api.ts';
import { isRequestEnvelope, isWakeEnvelope, replyEnvelope, type RequestEnvelope } from '../src/protocol/envelope.ts';
import { PROTOCOL_RANGE } from '../src/protocol/version.ts';
import { commonProtocol } from '../src/protocol/common-protocol.ts';
import { createPorts, type Way } from './ports.ts';
import { createReplyMemory } from './reply-memory.ts';
import { readRequest, type CheckedRequest } from './read-request.ts';
import { createSequencer } from './sequencer.ts';
import type { WorkerRealm } from './worker-realm.ts';

/** Options of `createEndpoint`. */
export interface EndpointOptions {
  readonly database: string;
  /** Own, listed methods, without a prototype. */
  readonly api: WorkerApi;
  readonly realm: Pick<WorkerRealm, 'clock' | 'origin' | 'isClient' | 'isThere'>;
  /** Does the work that a call left; settles when its notifications are shown. */
  readonly followUp: (...call: Parameters<FollowUp>) => Promise<void>;
  readonly log: Log;
}

/** The worker's end of the connection. */
export interface WorkerEndpoint {
  /** Takes a `message` event. */
  receive(event: ExtendableMessageEvent): void;
  /** Closes the ports that pages handed over. */
  close(): void;
}

/**
 * Makes the worker's end. It takes messages, lets through only calls of a listed method with plain arguments, and
 * answers on the way the call came. Comlink runs in the page only: here it would let a page walk and write the exposed
 * object.
 */
export function createEndpoint(options: EndpointOptions): WorkerEndpoint {
  const { api, database, realm, followUp, log } = options;
  const replies = createReplyMemory(ofCopy);
  const sequencer = createSequencer(realm.clock);

  const run = async ({ method, argument }: CheckedRequest): Promise<Answer<unknown>> => {
    try {
      return await (api[method as WorkerMethod] as (request: unknown) => Promise<Answer<unknown>>)(argument);
    } catch (error) {
      return refusal(toNudgeloopError(error));
    }
  };

  const handle = (envelope: RequestEnvelope, way: Way): void => {
    const request = readRequest(envelope.message, api);
    if (request === undefined) return log.warn('message.ignored', { from: 'form' });
    const { client, order, first } = envelope;
    const isAwaited = sequencer.settled(client, first, order);
    replies.settled(client, first, order);
    // As Comlink in the page reads it.
    const reply = (answer: Answer<unknown>): void => way.reply({ id: request.id, type: 'RAW', value: answer });
    const refuse = (error: NudgeloopError): Answer<never> => {
      const refused = refusal(error);
      sequencer.pass(client, order);
      reply(refused);
      return refused;
    };
    if (!('method' in request)) {
      // Our pages send nothing else but listed calls, so among all that this may be, this answer is the only useful one.
      return void refuse(new NudgeloopError('call.refused', 'The worker has no such method. If it is an older build, update it.'));
    }
    const { method, argument } = request;
    const isSentAgain = !UNREPEATABLE_METHODS.has(method);
    // A late copy of a call whose answer the page has. The excluded calls may be awaited after all: when a page sends
    // again, it leaves them out of what it says it awaits.
    if (!isAwaited && method !== 'poke' && isSentAgain) return;
    // With its length, so two different pairs of client and id never give the same key.
    const key = `${client.length}:${client}:${request.id}`;
    let answer = replies.get(key);
    // A copy of a call that was taken gets that call's answer, not the answer that nothing was taken.
    if (answer === undefined && replies.isFull(client)) {
      const refused = refuse(new NudgeloopError('queue.full', 'Too many calls are in progress. Wait for earlier ones.'));
      // The app was told that nothing was taken, so a later copy must not be taken either.
      return replies.put(key, { client, order }, Promise.resolve(refused));
    }
    // `hello` checks the protocol too; a page that greeted an earlier worker learns of a mismatch here.
    const { nudgeloop: max, oldest } = envelope;
    // Any script of the origin can send anything: comparing a graph of lists with a number would walk all paths through
    // it.
    const min = typeof oldest === 'number' ? oldest : max;
    if (method !== 'hello' && commonProtocol(PROTOCOL_RANGE, { min, max }) === undefined) return void refuse(updateNeeded({ min, max }));
    if (answer === undefined) {
      answer = new Promise<Answer<unknown>>((resolve) => {
        // Only a copy says what its page still awaits. A call that is never sent again waits as if nobody were there.
        const isMissing = sequencer.begin(client, order, () => resolve(run(request)), isSentAgain ? way.isThere : async () => false);
        if (isMissing) way.reply({ type: 'RESEND' });
      });
      replies.put(key, { client, order }, answer);
    } else {
      // A copy of a call that was only slow gets the first one's answer, and is not run again. Without this, the page can't
      // tell a busy worker from a stuck one, which it leaves alone, nor whether the first copy went to an earlier worker.
      way.reply({ type: 'WORKING', call: request.id });
    }
    const finish = async (answered: Answer<unknown>): Promise<void> => {
      reply(answered);
      await followUp(method, argument, answered);
    };
    // Until the answer is sent and the call's follow-up is done.
    way.hold(answer.then(finish));
  };
  const ports = createPorts({ database, clock: realm.clock, handle, log });

  return {
    receive(event) {
      const envelope: unknown = event.data;
      // Somebody else's message, or one for another database that this worker may also serve.
      if (!(isRequestEnvelope(envelope) || isWakeEnvelope(envelope)) || envelope.database !== database) return;
      const { source } = event;
      if (event.origin !== realm.origin || !realm.isClient(source)) return log.warn('message.ignored', { from: 'origin' });
      const { client } = envelope;
      const hold = (work: Promise<unknown>): void => event.waitUntil(work);
      if (envelope.kind === 'wake') return hold(ports.woken(source.id, client, event.ports[0]));
      handle(envelope, { hold, isThere: () => realm.isThere(source.id), reply: (message) => source.postMessage(replyEnvelope(client, message)) });
    },
    close: ports.close,
  };
}

function refusal(error: NudgeloopError): Answer<never> {
  return { ok: false, error: error.toData() };
}

/**
 * The answer for a later copy. By then, the life of the database that the answer was read from may be over while the page
 * knows the next one, so the epoch is left out. Another tab may have acknowledged the nudges; if not, they are in the
 * outbox.
 */
function ofCopy(answer: Answer<unknown>): Answer<unknown> {
  if (!answer.ok) return answer;
  const value = answer.value as Partial<WorkerAnswers['record']> | undefined;
  return { ok: true, value: value?.receipt ? { ...value, receipt: { ...value.receipt, duplicate: true }, nudges: [] } : value };
}
