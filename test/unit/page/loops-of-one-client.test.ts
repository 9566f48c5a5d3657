import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/model/action.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';

describe('a client and a worker', () => {
  test('keep named loops apart over one connection', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    const quiz = client.loop('quiz', { goalState: { mastery: 1 } });
    expect(client.loop('quiz')).toBe(quiz);
    const heard: string[] = [];
    client.on('nudge', ({ loop }) => heard.push(loop));
    quiz.on('nudge', ({ loop }) => heard.push(loop));
    await quiz.record({ mastery: 0.5 });
    await client.record({ steps: 5 });
    expect(heard).toEqual(['quiz', 'default']);
    await quiz.erase();
    expect(await client.history()).toHaveLength(1);
    expect(await quiz.history()).toHaveLength(0);
  });

  test('say of a loop that is opened later at once where it runs', async () => {
    const { client } = setUp();
    const { host, fallbackReason, durable, epoch } = await client.ready.then(client.state);
    expect(client.loop('quiz').state()).toMatchObject({ phase: 'connecting', host, fallbackReason, durable, epoch });
    expect([host, durable, epoch]).toEqual(['service-worker', false, expect.any(String)]);
  });

  test('let no loop fail for a bad option of another one, first or not', async () => {
    const { client } = setUp({ strategy: { type: 'nowhere' } });
    const other = client.loop('other');
    expect(await other.record({ n: 1 })).toMatchObject({ loop: 'other', count: 1 });
    expect(other.state()).toMatchObject({ phase: 'ready', error: null });
    await expect(client.record({ n: 1 })).rejects.toMatchObject({ code: 'strategy.unknown' });
    expect(client.state()).toMatchObject({ phase: 'failed', error: { code: 'strategy.unknown' } });
  });

  test('that only the worker\'s strategies can serve are refused by the page in its place, and taken once the worker answers', async () => {
    const strategies = { own: () => ({ suggestActions: async (_history: unknown, actions: readonly Action[]) => actions }) };
    const { client, browser } = setUp({ strategy: { type: 'own' }, deadline: 2_000 }, createFakeBrowser({ strategies }));
    browser.messages.lose('requests');
    const later = async <T>(call: Promise<T>): Promise<T> => {
      for (let second = 0; second < 2; second += 1) {
        await settle();
        browser.clock.advance(1_000);
      }
      return call;
    };
    await later(expect(client.record({ n: 1 })).rejects.toMatchObject({ code: 'strategy.unknown' }));
    // Whatever is refused, what is stored can be erased.
    expect(await later(client.erase())).toMatchObject({ loops: ['default'] });
    browser.messages.heal();
    expect(await client.record({ n: 2 })).toMatchObject({ count: 1 });
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null });
  });

  test('with a strategy that the page can\'t serve stand in no other loop\'s way there, whichever comes first', async () => {
    for (const isFirst of [true, false]) {
      const { client } = setUp({ strategy: { type: 'nowhere' }, serviceWorker: false });
      const other = client.loop('other');
      const begin = { refused: () => client.record({ n: 1 }), taken: () => other.record({ n: 1 }) };
      const early = isFirst ? begin.refused() : undefined;
      const taken = begin.taken();
      await expect(early ?? begin.refused()).rejects.toMatchObject({ code: 'strategy.unknown' });
      expect(await taken).toMatchObject({ loop: 'other', count: 1 });
    }
  });
});
