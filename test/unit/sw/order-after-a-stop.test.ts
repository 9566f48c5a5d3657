import { describe, expect, test, vi } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';
import { apply, setUp } from './endpoint-harness.ts';

describe('a worker that was stopped, and got a part of the messages late or never,', () => {
  const call = (order: number, first = 0) => apply('record', { id: `id-${order}`, argumentList: [{ type: 'RAW', value: order }] }, { order, first });
  const orders = ({ record }: { record: ReturnType<typeof vi.fn> }) => record.mock.calls.map(([order]: unknown[]) => order);

  test('begins what came late in the order in which it was asked', async () => {
    const { api, send } = setUp();
    const sent = [send(call(2)), send(call(3)), send(call(1)), send(call(0))];
    await Promise.all(sent);
    expect(orders(api)).toEqual([0, 1, 2, 3]);
  });

  test('waits for nothing that was answered before', async () => {
    const { api, send } = setUp();
    await Promise.all([send(call(8, 7)), send(call(7, 7))]);
    expect(orders(api)).toEqual([7, 8]);
  });

  test('learns from a resent copy that what it waits for will not come', async () => {
    const { api, send } = setUp();
    const waiting = send(call(5, 0));
    await settle();
    expect(orders(api)).toEqual([]);
    await Promise.all([waiting, send(call(5, 5))]);
    expect(orders(api)).toEqual([5]);
  });

  test('waits three and a half seconds for a page that is gone', async () => {
    const { api, send, clock } = setUp();
    const waiting = Promise.all([send(call(3)), send(call(2))]);
    clock.advance(3_499);
    await settle();
    expect(orders(api)).toEqual([]);
    clock.advance(1);
    await waiting;
    expect(orders(api)).toEqual([2, 3]);
  });

  test.each([
    ['is there', async () => true],
    ['may be there, since the browser does not say', () => new Promise<boolean>(() => undefined)],
  ])('waits 21 seconds at the most for a page that %s', async (_what, isThere) => {
    const { api, send, clock } = setUp({}, isThere);
    const waiting = Promise.all([send(call(3)), send(call(2))]);
    for (let passed = 0; passed < 20_999; passed += 1) clock.advance(1);
    await settle();
    expect(orders(api)).toEqual([]);
    clock.advance(1);
    await waiting;
    expect(orders(api)).toEqual([2, 3]);
  });

  test('waits no longer for a page that is closed meanwhile, or of which the browser refuses to say', async () => {
    for (const isThere of [async () => false, () => Promise.reject(new Error('no'))]) {
      let isClosed = false;
      const asked: string[] = [];
      const { api, send, clock } = setUp({}, (id) => (asked.push(id), isClosed ? isThere() : Promise.resolve(true)));
      const waiting = send(call(3));
      clock.advance(3_500);
      await settle();
      isClosed = true;
      clock.advance(3_499);
      await settle();
      expect(orders(api)).toEqual([]);
      clock.advance(1);
      await waiting;
      expect(orders(api)).toEqual([3]);
      expect(asked).toEqual(['window-1', 'window-1']);
    }
  });

  test('waits no longer than for a copy where the call itself is never sent again, so that it is still awaited', async () => {
    const suggestActions = vi.fn(async () => ({ ok: true, value: [] }));
    const { send, clock } = setUp({ suggestActions }, async () => true);
    const waiting = send(apply('suggestActions', {}, { order: 1, first: 0 }));
    clock.advance(3_500);
    await waiting;
    expect(suggestActions).toHaveBeenCalledOnce();
  });

  test('runs a call that it held once, though its copy comes when no more calls are taken', async () => {
    const endless = new Promise(() => undefined);
    const { api, send, clock } = setUp({ history: () => endless });
    const first = send(call(5, 4));
    for (let index = 0; index < 1_023; index += 1) void send(apply('history', {}, { client: `client-${index + 2}` }));
    const copy = send(call(5, 4));
    const other = await send(apply('history', {}, { client: 'one-too-many' }));
    expect(other.replies).toMatchObject([{ value: { error: { code: 'queue.full' } } }]);
    clock.advance(3_500);
    // Both events end, so that the browser may stop the worker.
    const answers = [...(await first).replies, ...(await copy).replies].filter(({ value }) => value !== undefined);
    expect(answers.map(({ value }) => value.ok)).toEqual([true, true]);
    expect(orders(api)).toEqual([5]);
  });

  test('runs a call that it held, though another one comes at the same place', async () => {
    const { api, send } = setUp();
    const sent = [send(call(1)), send(apply('record', { id: 'other', argumentList: [{ type: 'RAW', value: 'other' }] }, { order: 1, first: 0 }))];
    await settle();
    expect(orders(api)).toEqual([]);
    void send(call(0));
    await settle();
    expect(orders(api)).toEqual([0, 1, 'other']);
    await Promise.all(sent);
  });

  test('runs a call that it held, though a refused one comes at the same place', async () => {
    const { api, send, clock } = setUp();
    const held = send(call(5, 4));
    await send(apply('nowhere', { id: 'other' }, { order: 5, first: 4 }));
    clock.advance(3_500);
    await held;
    expect(orders(api)).toEqual([5]);
  });

  test('holds no client up for another, nor for a refused call', async () => {
    const { api, send } = setUp();
    void send(call(3));
    await send(apply('record', { argumentList: [{ type: 'RAW', value: 'other' }] }, { client: 'client-2' }));
    await send(apply('nowhere', {}, { client: 'client-3', order: 0 }));
    await send(apply('record', { id: 'b', argumentList: [{ type: 'RAW', value: 'next' }] }, { client: 'client-3', order: 1 }));
    expect(orders(api)).toEqual(['other', 'next']);
  });

  test('holds nothing of what it refused, however often it came: another script must not shut a page out', async () => {
    const { api, send, clock } = setUp();
    for (let index = 0; index < 20_000; index += 1) void send(apply('nowhere', {}, { client: 'flood', order: 2, first: 1 }));
    clock.advance(3_500);
    for (let index = 0; index < 300; index += 1) void send(apply('history', {}, { client: `client-${index + 2}` }));
    await send(call(0));
    expect(orders(api)).toEqual([0]);
  });

  test('is not moved by absurd places', async () => {
    const { api, send } = setUp();
    await send(apply('history', {}, { order: Number.MAX_SAFE_INTEGER, first: Number.MAX_SAFE_INTEGER }));
    await send(apply('record', { id: 'b' }, { order: -5, first: -9, client: 'client-2' }));
    expect(api.history).toHaveBeenCalledOnce();
    expect(api.record).toHaveBeenCalledOnce();
  });
});
