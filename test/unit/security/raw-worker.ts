import { createSequentialIds, createSimulatedClock } from 'nudgeloop/core';
import type { GoalFeedbackPersistence } from '../../../src/storage/persistence.ts';
import type { LogEvent } from '../../../src/log/log.ts';
import type { NudgeloopErrorData } from '../../../src/errors.ts';
import { isReplyEnvelope, requestEnvelope } from '../../../src/protocol/envelope.ts';
import { startInRealm } from '../../../sw/start-worker.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import type { WorkerRealm } from '../../../sw/worker-realm.ts';

const ORIGIN = 'https://app.example';

/** What a worker answers to one message. */
export interface RawReply {
  readonly id: string;
  readonly type: string;
  readonly value?: { readonly ok: boolean; readonly value?: unknown; readonly error?: NudgeloopErrorData };
}

/**
 * A whole worker, spoken to as any script of the origin can: by raw messages.
 *
 * @param clone makes what arrives of what is sent
 * @param persistence where it keeps its loops; those of several workers on one need names of their own, which their ids begin with
 */
export function createRawWorker(
  options: WorkerOptions = {},
  clone: (data: unknown) => unknown = structuredClone,
  { name = 'id', persistence }: { readonly name?: string; readonly persistence?: GoalFeedbackPersistence } = {},
) {
  const handlers = new Map<string, (event: never) => void>();
  const clock = createSimulatedClock(1_750_000_000_000);
  const logged: LogEvent[] = [];
  const broadcast: unknown[] = [];
  const client = { isClient: true };
  let order = 0;

  const realm: WorkerRealm = {
    clock,
    newId: createSequentialIds(name),
    ...(persistence && { createPersistence: () => persistence }),
    origin: ORIGIN,
    locks: undefined,
    sync: undefined,
    periodicSync: undefined,
    openChannel: () => ({ postMessage: (data: unknown) => void broadcast.push(data), close: () => undefined }),
    isClient: ((source: unknown) => (source as typeof client | null)?.isClient === true) as WorkerRealm['isClient'],
    isThere: async () => false,
    notifications: async () => [],
    on(name, run) {
      handlers.set(name, run);
      return () => handlers.delete(name);
    },
  };
  const worker = startInRealm({ ...options, logSinks: [(event) => logged.push(event)] }, realm);

  /** Posts anything; what came back of it, once the worker may sleep again. */
  const post = async (data: unknown): Promise<RawReply[]> => {
    const replies: unknown[] = [];
    const holds: Promise<unknown>[] = [];
    const source = { ...client, postMessage: (reply: unknown) => replies.push(structuredClone(reply)) };
    const event = { data: clone(data), origin: ORIGIN, source, waitUntil: (hold: Promise<unknown>) => holds.push(hold) };
    handlers.get('message')?.(event as never);
    await Promise.all(holds);
    return replies.filter(isReplyEnvelope).map(({ message }) => message as RawReply);
  };

  /** Posts a Comlink message in a proper envelope. */
  const send = (message: unknown): Promise<RawReply[]> => {
    order += 1;
    return post(requestEnvelope({ client: 'client-raw', database: 'nudgeloop', order, first: order, message }));
  };

  /** Calls a method as the client would; the answer. */
  const call = async (method: string, argument: unknown): Promise<NonNullable<RawReply['value']>> => {
    const [reply] = await send({ id: `call-${order}`, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: argument }] });
    if (reply?.value === undefined) throw new Error(`no answer to ${method}`);
    return reply.value;
  };

  return { worker, clock, logged, broadcast, post, send, call };
}
