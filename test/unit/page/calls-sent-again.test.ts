import { describe, expect, test } from 'vitest';
import { setUp, type Sent } from './request-endpoint-harness.ts';

describe("the page's end of a connection", () => {
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

  });

  test('tells of any refusal whether an earlier copy may have been taken', async () => {
    const { call, clock, reply } = setUp();
    const answers = [call('record'), call('record')];
    const error = { code: 'storage.blocked', message: 'blocked', details: { loop: 'default' } };
    reply(0, { ok: false, error: structuredClone(error) });
    clock.advance(1_000);
    reply(1, { ok: false, error: structuredClone(error) });
    expect((await Promise.all(answers)).map((answer) => answer.error?.details)).toEqual([{ loop: 'default' }, { loop: 'default', resent: true }]);
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
});
