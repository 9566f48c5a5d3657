import { createLog, createSimulatedClock } from 'nudgeloop/core';
import { vi } from 'vitest';
import type { WorkerApi } from '../../../src/protocol/api.ts';
import { isReplyEnvelope, requestEnvelope } from '../../../src/protocol/envelope.ts';
import { createEndpoint, type EndpointOptions } from '../../../sw/endpoint.ts';

const ORIGIN = 'https://app.example';

/** A worker's end over two methods, and any others. By default no window that sent something is there any more. */
export function setUp(methods: Record<string, (request: never) => Promise<unknown>> = {}, isThere: (id: string) => Promise<boolean> = async () => false) {
  const api = Object.freeze(
    Object.assign(Object.create(null) as object, {
      history: vi.fn(async () => ({ ok: true, value: [] })),
      record: vi.fn(async () => ({ ok: true, value: { nudges: [] } })),
      ...methods,
    }),
  ) as unknown as WorkerApi & Record<'history' | 'record', ReturnType<typeof vi.fn>>;
  const log = createLog(() => 0);
  const clock = createSimulatedClock(0);
  const followUp = vi.fn(async () => undefined);
  const options = { database: 'db', api, followUp, log, realm: { origin: ORIGIN, isClient: isWindow, isThere, clock } };
  const endpoint = createEndpoint(options as unknown as EndpointOptions);

  /** Sends a message as a page does; what came back, and what was held alive. */
  const send = async (data: unknown, event: object = {}) => {
    const replies: unknown[] = [];
    const holds: Promise<unknown>[] = [];
    const source = { id: 'window-1', isWindow: true, postMessage: (reply: unknown) => replies.push(reply) };
    endpoint.receive({ data, origin: ORIGIN, source, waitUntil: (hold: Promise<unknown>) => holds.push(hold), ...event });
    await Promise.all(holds);
    return { replies: replies.filter(isReplyEnvelope).map(({ message }) => message as { id: string; type: string; value: { ok: boolean; error?: { code: string } } }), holds };
  };
  return { api, log, clock, followUp, send };
}

const isWindow = (source: unknown): boolean => (source as { isWindow?: boolean } | null)?.isWindow === true;
export const envelope = (message: unknown, given: object = {}) =>
  requestEnvelope({ client: 'client-1', database: 'db', order: 0, first: 0, message, ...given });
export const apply = (method: unknown, overrides: object = {}, given: object = {}) =>
  envelope({ id: 'a', type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'x' } }], ...overrides }, given);
