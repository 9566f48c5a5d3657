import { NudgeloopError } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';
import { setUp } from './request-endpoint-harness.ts';

describe("the page's end of a connection", () => {
  test('gives the answer to the call that it belongs to', async () => {
    const { call, reply } = setUp();
    const calls = [call('history'), call('history')];
    reply(1);
    reply(0);
    expect(await Promise.all(calls)).toEqual([{ ok: true, value: 0 }, { ok: true, value: 1 }]);
  });

  test('says, of a call without an answer, whether it was sent', async () => {
    const ends = ['waking', 'not'].map(async (way) => {
      const { call, clock } = setUp(() => way as 'waking' | 'not');
      const answer = call('record');
      clock.advance(10_000);
      return (await answer).error?.message;
    });
    const [sent, unsent] = await Promise.all(ends);
    expect(sent).toBe('No answer to record within 10000 ms. A recorded action may have been taken; the worker is busy, or stuck in a strategy.');
    expect(unsent).toContain('It was not sent');
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

  test.each(['record', 'erase'])('sends %s again if the browser threw at it, since then it was not sent', async (method) => {
    const ids: string[] = [];
    const { call, clock, endpoint } = setUp(({ message }) => {
      ids.push((message as { readonly id: string }).id);
      if (ids.length === 1) throw new DOMException('no', 'InvalidStateError');
      return 'waking';
    });
    const answer = call(method);
    clock.advance(1_000);
    expect(ids).toHaveLength(2);
    endpoint.receive({ id: ids[0], type: 'RAW', value: { ok: true, value: 1 } });
    expect(await answer).toEqual({ ok: true, value: 1 });
  });

  test('says of an erasure at which the browser threw each time that it was not sent', async () => {
    const { call, clock } = setUp(() => {
      throw new DOMException('no', 'InvalidStateError');
    });
    const answer = call('erase');
    clock.advance(10_000);
    expect(await answer).toMatchObject({ error: { code: 'call.timeout', details: { sent: false } } });
  });

  test.each([
    ['an exception', { type: 'HANDLER', name: 'throw', value: { isError: true, value: { message: 'secret' } } }],
    ['a proxy', { type: 'HANDLER', name: 'proxy', value: {} }],
    ['no answer', { type: 'RAW', value: 7 }],
    ['a refusal without a reason', { type: 'RAW', value: { ok: false } }],
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
