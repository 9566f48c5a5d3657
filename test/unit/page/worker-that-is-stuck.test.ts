import { describe, expect, test } from 'vitest';
import { setUp } from './request-endpoint-harness.ts';

describe("the page's end of a connection", () => {
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

    test('is not thought of after a call that is sent only once: of one copy a busy worker says nothing', async () => {
      const page = setUp();
      page.work.isStuck = true;
      const suggesting = page.call('suggestActions');
      page.clock.advance(10_000);
      await told();
      expect(await suggesting).toMatchObject({ error: { code: 'call.timeout' } });
      void page.call('record');
      expect(page.sent.map(({ path }) => path[0])).toEqual(['suggestActions', 'record']);
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

    test('says of a call that was held back until its end that it was not sent', async () => {
      const page = setUp();
      page.work.isStuck = true;
      await callFor(page, 12, 2);
      const held = page.call('record');
      page.clock.advance(10_000);
      expect(await held).toMatchObject({ error: { code: 'call.timeout', message: expect.stringContaining('It was not sent'), details: { sent: false } } });
    });

    test('goes on sending to one that is silent for another reason', async () => {
      const page = setUp();
      await callFor(page, 12, 2);
      const before = page.sent.length;
      await callFor(page, 10, 2);
      expect(page.sent.length).toBeGreaterThan(before + 5);
    });
  });
});
