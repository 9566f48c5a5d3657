import { wrap, type Endpoint } from 'comlink';
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

describe('the page end', () => {
  test('gives the answer to the call that it belongs to', async () => {
    const { call, reply } = setUp();
    const calls = [call('history'), call('history')];
    reply(1);
    reply(0);
    expect(await Promise.all(calls)).toEqual([{ ok: true, value: 0 }, { ok: true, value: 1 }]);
  });

  test.each(['poke', 'suggestActions'])('keeps no other call waiting for a %s, which takes as long as a strategy may', async (method) => {
    const { call, sent, reply } = setUp();
    const slow = call(method);
    const calls = Array.from({ length: 300 }, () => call('record'));
    for (let index = 1; index <= 300; index += 1) reply(index);
    expect(await Promise.all(calls)).toHaveLength(300);
    expect(sent).toHaveLength(301);
    reply(0);
    expect(await slow).toMatchObject({ ok: true });
  });

  test('tells the worker the place of a suggestion that it has to come behind', () => {
    const places: (readonly [order: number, first: number])[] = [];
    const { call } = setUp(({ order, first }) => {
      places.push([order, first]);
      return 'waking';
    });
    for (const method of ['suggestActions', 'record', 'record']) void call(method);
    expect(places).toEqual([[1, 1], [2, 1], [3, 1]]);
  });

  test('has nothing wait for a suggestion that a stopped worker lost: it is not sent again', () => {
    const places: (readonly [order: number, first: number])[] = [];
    const { call, endpoint } = setUp(({ order, first }) => {
      places.push([order, first]);
      return 'waking';
    });
    for (const method of ['suggestActions', 'record', 'record']) void call(method);
    endpoint.receive({ type: 'RESEND' });
    expect(places).toEqual([[1, 1], [2, 1], [3, 1], [2, 2], [3, 2]]);
  });

  test('keeps suggestions waiting for each other, rather than to be told of too many calls', async () => {
    const { call, sent, reply } = setUp();
    const calls = Array.from({ length: 600 }, () => call('suggestActions'));
    expect(sent).toHaveLength(256);
    for (let index = 0; index < 600; index += 1) reply(index);
    expect(await Promise.all(calls)).toHaveLength(600);
  });

  test('keeps other calls waiting for a suggestion that could not be sent yet: it is to come before them', () => {
    const places: number[] = [];
    let isThere = false;
    const { call, endpoint } = setUp(({ order }) => {
      if (isThere) places.push(order);
      return isThere ? 'waking' : 'not';
    });
    void call('suggestActions');
    for (let calls = 0; calls < 300; calls += 1) void call('record');
    isThere = true;
    endpoint.resend();
    expect(places).toEqual(Array.from({ length: 128 }, (_, index) => index + 1));
  });

  test('tells a worker of no place before its own that a poke has left open: nobody has to wait for it', () => {
    const places: (readonly [method: string, order: number, first: number])[] = [];
    const { call, clock } = setUp(({ method, order, first }) => {
      places.push([method, order, first]);
      return 'waking';
    });
    void call('poke');
    void call('record');
    void call('record');
    expect(places).toEqual([['poke', 1, 1], ['record', 2, 2], ['record', 3, 2]]);
    // Sent again, the poke does not reach before itself either.
    clock.advance(1_000);
    expect(places.slice(3)).toEqual([['poke', 1, 1], ['record', 2, 2], ['record', 3, 2]]);
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

  test('says, of a greeting without an answer, what the worker must call, and of another call that it is busy', async () => {
    const { call, clock } = setUp();
    const answers = [call('hello'), call('record')];
    clock.advance(10_000);
    const [hello, record] = (await Promise.all(answers)) as unknown as { error: { message: string } }[];
    expect(hello?.error.message).toContain('startWorker()');
    expect(record?.error.message).toContain('busy');
    expect(record?.error.message).not.toContain('startWorker');
  });

  describe('with a worker that is stuck in its work', () => {
    /** What was asked of the browser is answered. */
    const told = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

    /** An app that calls every few seconds. */
    const callFor = async ({ call, clock }: ReturnType<typeof setUp>, seconds: number, every: number): Promise<string[]> => {
      const ends: string[] = [];
      for (let second = 0; second < seconds; second += 1) {
        if (second % every === 0) void call('record').then(({ error }) => ends.push(error?.code ?? 'ok'));
        clock.advance(1_000);
        await told();
      }
      return ends;
    };

    test.each([2, 11, 30])('says nothing for as long as the browser needs to end it, though there is a call every %s seconds', async (every) => {
      const page = setUp();
      page.work.isStuck = true;
      await callFor(page, 12, every);
      const before = page.sent.length;
      const ends = await callFor(page, 61, every);
      expect(page.sent).toHaveLength(before);
      expect(new Set(ends)).toEqual(new Set(['call.timeout']));
      const waiting = page.call('history');
      page.work.isStuck = false;
      page.clock.advance(1_000);
      await told();
      expect(page.sent.at(-1)!.path).toEqual(['history']);
      page.reply(page.sent.length - 1);
      expect(await waiting).toMatchObject({ ok: true });
    });

    test('asks again after 65 seconds: it may be another tab that is at work all the time', async () => {
      const page = setUp();
      page.work.isStuck = true;
      await callFor(page, 12, 2);
      const before = page.sent.length;
      await callFor(page, 66, 2);
      expect(page.sent.length).toBeGreaterThan(before);
    });

    test('is not thought of while it says that it is at a call', async () => {
      const page = setUp();
      page.work.isStuck = true;
      const poke = page.call('poke');
      page.clock.advance(1_000);
      page.endpoint.receive({ type: 'WORKING' });
      page.clock.advance(9_000);
      await told();
      expect(await poke).toMatchObject({ error: { code: 'call.timeout' } });
      const before = page.sent.length;
      void page.call('record');
      expect(page.sent).toHaveLength(before + 1);
    });

    test('takes any sign of life for one, and sends at once what it held back, each once', async () => {
      const page = setUp();
      page.work.isStuck = true;
      await callFor(page, 12, 2);
      const before = page.sent.length;
      const held = ['history', 'inspect'].map((method) => page.call(method));
      expect(page.sent).toHaveLength(before);
      page.endpoint.receive({ id: 'of an older call', type: 'RAW', value: { ok: true } });
      const methods = page.sent.slice(before).map(({ path }) => path[0]);
      expect(methods.filter((method) => method !== 'record')).toEqual(['history', 'inspect']);
      page.clock.advance(10_000);
      expect(await Promise.all(held)).toMatchObject([{ error: { details: { sent: true } } }, { error: { details: { sent: true } } }]);
    });

    test('says of a call that was held back until its end that nothing was taken', async () => {
      const page = setUp();
      page.work.isStuck = true;
      await callFor(page, 12, 2);
      const held = page.call('record');
      page.clock.advance(10_000);
      expect(await held).toMatchObject({ error: { code: 'call.timeout', message: expect.stringContaining('nothing was taken'), details: { sent: false } } });
    });

    test('goes on sending to one that is silent for another reason', async () => {
      const page = setUp();
      await callFor(page, 12, 2);
      const before = page.sent.length;
      await callFor(page, 10, 2);
      expect(page.sent.length).toBeGreaterThan(before + 5);
    });
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

  describe('of a call that was refused behind an erasure', () => {
    const erased = { ok: false, error: { code: 'epoch.reset', message: 'erased' } };
    const WORKING = 'WORKING';
    test.each<[string, readonly (number | typeof WORKING)[], boolean]>([
      ['sent once', [], false],
      ['sent twice', [1_000], true],
      ['sent twice, to a worker that had the first copy already', [1_000, WORKING], false],
      ['sent again and again to such a worker', [1_000, WORKING, 2_000, WORKING, 4_000, WORKING], false],
      ['sent to such a worker, and once more', [1_000, WORKING, 2_000], true],
      ['sent three times, of which two came to one worker: the first may have been taken by one before', [1_000, 2_000, WORKING], true],
    ])('and was %s, it is told whether it may have been taken before', async (_how, steps, isResent) => {
      const { call, clock, sent, endpoint, reply } = setUp();
      const answer = call('record');
      for (const step of steps) {
        if (step === WORKING) endpoint.receive({ type: WORKING, call: sent[0]!.id });
        else clock.advance(step);
      }
      reply(0, structuredClone(erased));
      expect((await answer).error).toEqual({ ...erased.error, ...(isResent && { details: { resent: true } }) });
    });

    test('nothing of the kind is told of another refusal', async () => {
      const { call, clock, reply } = setUp();
      const answer = call('record');
      clock.advance(1_000);
      const error = { code: 'storage.quota', message: 'full', details: { loop: 'default' } };
      reply(0, { ok: false, error: structuredClone(error) });
      expect((await answer).error).toEqual(error);
    });
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
    expect(await call('importLoop', {})).toMatchObject({ ok: false, error: { code: 'message.invalid', details: { seen: 'DataCloneError' } } });
  });

  test('says the name of what was thrown at that only where it looks like one', async () => {
    const { call } = setUp(() => {
      throw Object.assign(new Error('no'), { name: 'steps: 4200' });
    });
    expect(await call('importLoop', {})).toMatchObject({ ok: false, error: { code: 'message.invalid', details: { seen: 'an error' } } });
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
