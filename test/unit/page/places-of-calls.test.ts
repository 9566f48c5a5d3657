import { describe, expect, test } from 'vitest';
import { setUp } from './request-endpoint-harness.ts';

describe("the page's end of a connection", () => {
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
});
