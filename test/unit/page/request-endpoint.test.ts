import { wrap } from 'comlink';
import { describe, expect, test } from 'vitest';
import { createLog, createSimulatedClock, NudgeloopError } from 'nudgeloop/core';
import { createRequestEndpoint, type OutgoingRequest, type Sent as Way } from '../../../src/page/request-endpoint.ts';

interface Sent {
  readonly id: string;
  readonly path: readonly string[];
}

type Remote = Record<string, (request: unknown) => Promise<{ ok: boolean; value?: unknown; error?: { code: string } }>>;

function setUp(send?: (request: OutgoingRequest) => Way) {
  const clock = createSimulatedClock(0);
  // As in a browser: the wall clock may be set, timers run on regardless.
  const wall = { offset: 0 };
  const sent: Sent[] = [];
  const endpoint = createRequestEndpoint({
    clock: { now: () => clock.now() + wall.offset, schedule: (ms, run) => clock.schedule(ms, run) },
    deadline: 10_000,
    log: createLog(() => 0),
    send:
      send ??
      (({ message }) => {
        sent.push(message as Sent);
        return 'waking';
      }),
  });
  const remote = wrap<Remote>(endpoint) as unknown as Remote;
  const call = (method: string, request: unknown = {}) => remote[method]!(request);
  const reply = (index: number, value: unknown = { ok: true, value: index }): void =>
    endpoint.receive({ id: sent[index]!.id, type: 'RAW', value });
  return { clock, wall, sent, endpoint, call, reply };
}

describe('the page end', () => {
  test('gives the answer to the call that it belongs to', async () => {
    const { call, reply } = setUp();
    const calls = [call('history'), call('history')];
    reply(1);
    reply(0);
    expect(await Promise.all(calls)).toEqual([{ ok: true, value: 0 }, { ok: true, value: 1 }]);
  });

  test('sends again after 1, 2 and 4 seconds under the same id, and gives up after 10', async () => {
    const { call, clock, sent } = setUp();
    const answer = call('record');
    const counts = [0, 999, 1, 1_999, 1, 3_999, 1, 2_999].map((ms) => {
      clock.advance(ms);
      return sent.length;
    });
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    clock.advance(1);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'call.timeout' } });
    clock.advance(60_000);
    expect(sent).toHaveLength(4);
  });

  test('leaves a worker that is stuck alone, so that Firefox can end it, and then goes on', async () => {
    const { call, clock, sent, reply } = setUp();
    /** An app that calls every two seconds. */
    const ends: string[] = [];
    const callFor = (seconds: number): void => {
      for (let second = 0; second < seconds; second += 2) {
        void call('record').then(({ error }) => ends.push(error?.code ?? 'ok'));
        clock.advance(2_000);
      }
    };
    callFor(12);
    const before = sent.length;
    callFor(8);
    // Firefox counts 30 seconds without an event, and 30 more.
    callFor(50);
    expect(sent).toHaveLength(before);
    await new Promise((resolve) => setTimeout(resolve));
    expect(ends.length).toBeGreaterThan(25);
    expect(new Set(ends)).toEqual(new Set(['call.timeout']));
    callFor(10);
    expect(sent.length).toBeGreaterThan(before);
    reply(sent.length - 1);
    const last = sent.length;
    void call('record');
    expect(sent).toHaveLength(last + 1);
  });

  test('takes any sign of life for one, and sends what it held back', () => {
    const { call, clock, sent, endpoint } = setUp();
    for (let second = 0; second < 20; second += 2) {
      void call('record');
      clock.advance(2_000);
    }
    const before = sent.length;
    void call('history');
    expect(sent).toHaveLength(before);
    endpoint.receive({ id: 'of an older call', type: 'RAW', value: { ok: true } });
    expect(sent.slice(before).map(({ path }) => path[0])).toContain('history');
  });

  test('sends again after a quarter of a second what went by a port, and then as ever', () => {
    const ways: unknown[] = [];
    const { call, clock } = setUp(({ isAgain }) => {
      ways.push([clock.now(), isAgain]);
      return isAgain ? 'waking' : 'by port';
    });
    void call('record');
    clock.advance(9_999);
    expect(ways).toEqual([[0, false], [250, true], [1_250, true], [3_250, true], [7_250, true]]);
  });

  test('gives up in time though the system clock is set back or ahead', async () => {
    for (const jump of [-86_400_000, 86_400_000]) {
      const { call, clock, wall, sent } = setUp();
      const answer = call('record');
      clock.advance(1_500);
      wall.offset = jump;
      clock.advance(8_499);
      expect(sent).toHaveLength(4);
      clock.advance(1);
      expect(await answer).toMatchObject({ ok: false, error: { code: 'call.timeout' } });
    }
  });

  test('never sends twice what must not be repeated', async () => {
    const { call, clock, sent, endpoint } = setUp();
    const answer = call('suggestActions');
    endpoint.resend();
    clock.advance(10_000);
    expect(await answer).toMatchObject({ ok: false });
    expect(sent).toHaveLength(1);
  });

  test('sends once there is a worker, even what must not be repeated', async () => {
    let isThere = false;
    const sent: Sent[] = [];
    const { call, clock, endpoint } = setUp(({ message }) => {
      if (isThere) sent.push(message as Sent);
      return isThere ? 'waking' : 'not';
    });
    const answer = call('suggestActions');
    expect(sent).toHaveLength(0);
    isThere = true;
    clock.advance(1_000);
    endpoint.resend();
    expect(sent).toHaveLength(1);
    endpoint.receive({ id: sent[0]!.id, type: 'RAW', value: { ok: true } });
    expect(await answer).toEqual({ ok: true });
  });

  test('sends at once to another worker, and ignores the second answer', async () => {
    const { call, endpoint, sent, reply } = setUp();
    const answer = call('record');
    endpoint.resend();
    expect(sent).toHaveLength(2);
    reply(0, { ok: true, value: 'first' });
    reply(1, { ok: true, value: 'second' });
    expect(await answer).toEqual({ ok: true, value: 'first' });
  });

  test('sends at once what a stopped worker lost, each with its place', () => {
    const places: unknown[] = [];
    const { call, endpoint } = setUp(({ order, first }) => {
      places.push({ order, first });
      return 'waking';
    });
    void call('record');
    void call('record');
    endpoint.receive({ type: 'RESEND' });
    expect(places).toEqual([
      { order: 1, first: 1 },
      { order: 2, first: 1 },
      { order: 1, first: 1 },
      { order: 2, first: 1 },
    ]);
  });

  test('refuses what cannot be sent', async () => {
    const { call } = setUp(() => {
      throw new DOMException('no', 'DataCloneError');
    });
    expect(await call('importLoop', {})).toMatchObject({ ok: false, error: { code: 'message.invalid' } });
  });

  test.each([
    ['an exception', { type: 'HANDLER', name: 'throw', value: { isError: true, value: { message: 'secret' } } }],
    ['a proxy', { type: 'HANDLER', name: 'proxy', value: {} }],
    ['no answer', { type: 'RAW', value: 7 }],
  ])('makes an error of %s for an answer', async (_what, wire) => {
    const { call, endpoint, sent } = setUp();
    const answer = call('history');
    endpoint.receive({ id: sent[0]!.id, ...wire });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  test('is not moved by answers to nothing', () => {
    const { endpoint } = setUp();
    for (const message of [null, undefined, 7, {}, { id: 'x' }, { id: '__proto__', type: 'RAW', value: { ok: true } }]) {
      expect(() => endpoint.receive(message)).not.toThrow();
    }
  });

  test('keeps no more under way than the worker can recognise again, in order', async () => {
    const { call, reply, sent } = setUp();
    const calls = Array.from({ length: 300 }, (_, index) => call('record', index));
    expect(sent).toHaveLength(128);
    // Later answers make no room as long as the first is missing.
    for (let index = 1; index < 128; index += 1) reply(index);
    expect(sent).toHaveLength(128);
    reply(0);
    expect(sent).toHaveLength(256);
    for (let index = 128; index < 300; index += 1) reply(index);
    expect((await Promise.all(calls)).map(({ value }) => value)).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test('settles every call within its deadline, also those that waited for room, and sends none of them at the last moment', async () => {
    const { call, clock, sent } = setUp();
    const ends: number[] = [];
    const calls = Array.from({ length: 1_000 }, () => call('record').then(({ error }) => ends.push(error?.code === 'call.timeout' ? clock.now() : -1)));
    clock.advance(10_000);
    await Promise.all(calls);
    expect(new Set(ends)).toEqual(new Set([10_000]));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(128);
    // There is room again.
    void call('record');
    expect(new Set(sent.map(({ id }) => id)).size).toBe(129);
  });

  test('sends what waited when older calls ran out of time', async () => {
    const { call, clock, sent } = setUp();
    for (let index = 0; index < 128; index += 1) void call('record');
    clock.advance(5_000);
    const later = call('record');
    clock.advance(5_000);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(129);
    clock.advance(5_000);
    expect(await later).toMatchObject({ error: { code: 'call.timeout' } });
  });

  test('answers all with an error when it is closed, and every later call', async () => {
    const { call, clock, endpoint, sent } = setUp();
    const calls = Array.from({ length: 200 }, () => call('record'));
    endpoint.close(new NudgeloopError('client.disposed', 'over'));
    calls.push(call('record'));
    for (const { error } of await Promise.all(calls)) expect(error?.code).toBe('client.disposed');
    clock.advance(60_000);
    expect(sent).toHaveLength(128);
  });
});
