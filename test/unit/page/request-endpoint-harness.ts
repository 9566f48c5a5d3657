import { wrap, type Endpoint } from 'comlink';
import { createLog, createSimulatedClock } from 'nudgeloop/core';
import { createRequestEndpoint, type OutgoingRequest, type Sent as Way } from '../../../src/page/worker/request-endpoint.ts';

export interface Sent {
  readonly id: string;
  readonly path: readonly string[];
}

type Remote = Record<string, (request: unknown) => Promise<{ ok: boolean; value?: unknown; error?: { code: string; message: string; details?: unknown } }>>;

/** A page end whose worker is the test: it sees what is sent, and replies. */
export function setUp(send?: (request: OutgoingRequest) => Way) {
  const clock = createSimulatedClock(0);
  // As in a browser: the wall clock may be set, timers run on regardless.
  const wall = { offset: 0 };
  const work = { isStuck: false };
  const sent: Sent[] = [];
  const endpoint = createRequestEndpoint({
    clock: { now: () => clock.now() + wall.offset, schedule: (ms, run) => clock.schedule(ms, run) },
    isWorking: async () => work.isStuck,
    deadline: 10_000,
    log: createLog(() => 0),
    send:
      send ??
      (({ message }) => {
        sent.push(message as Sent);
        return 'waking';
      }),
  });
  const remote = wrap<Remote>(endpoint as unknown as Endpoint) as unknown as Remote;
  const call = (method: string, request: unknown = {}) => remote[method]!(request);
  const reply = (index: number, value: unknown = { ok: true, value: index }): void =>
    endpoint.receive({ id: sent[index]!.id, type: 'RAW', value });
  return { clock, wall, work, sent, endpoint, call, reply };
}
