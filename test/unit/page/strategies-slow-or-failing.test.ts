import { describe, expect, test, vi } from 'vitest';
import type { GoalFeedbackStrategy } from '../../../src/loop/strategies/strategy.ts';
import type { Action } from '../../../src/model/action.ts';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';

describe('a client and a worker', () => {
  test('run an untrusted strategy after the answer, and bring its nudge', async () => {
    let go = (): void => undefined;
    const answered: number[] = [];
    const strategy: GoalFeedbackStrategy = {
      async suggestActions(_history, actions) {
        answered.push(browser.messages.sent('answers') - before);
        await new Promise<void>((resolve) => (go = resolve));
        return actions.map((action) => ({ ...action, steps: 7 }));
      },
    };
    const { browser, client } = setUp({ goalState: { steps: 10 }, strategy: { type: 'seven' } }, createFakeBrowser({ strategies: { seven: () => strategy } }));
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    await client.ready;
    await settle();
    const before = browser.messages.sent('answers');
    expect(await client.record({ steps: 1 })).toMatchObject({ count: 1 });
    await settle();
    // The answer was out before the strategy began, and came though it is not done.
    expect(answered).toEqual([1]);
    expect(nudges).toEqual([]);
    // Before it was known how long the strategy would take.
    expect(browser.syncTags).toEqual(['nudgeloop:nudgeloop']);
    go();
    await settle();
    expect(nudges).toMatchObject([{ suggestions: [{ steps: 7 }] }]);
  });

  test('ask the browser to come back when a strategy failed, and not in a circle', async () => {
    const strategy = { suggestActions: () => Promise.reject(new Error('no')) };
    const { browser, client } = setUp({ goalState: { steps: 10 } }, createFakeBrowser({ strategy }));
    const logged: string[] = [];
    client.on('log', ({ code }) => logged.push(code));
    await client.record({ steps: 1 });
    await settle();
    expect(new Set(browser.syncTags)).toEqual(new Set(['nudgeloop:nudgeloop']));
    const asked = browser.syncTags.length;
    expect(logged).toContain('worker.backoff');
    await expect(browser.sync('nudgeloop:nudgeloop')).rejects.toThrow('work is left');
    await expect(browser.sync('nudgeloop:nudgeloop', true)).resolves.toBeDefined();
    await expect(browser.sync('the-apps-own')).resolves.toEqual([]);
    expect(browser.syncTags).toHaveLength(asked);
  });

  test('move dead letters back and away', async () => {
    const strategy = { suggestActions: vi.fn((_history: readonly Action[], _actions: readonly Action[]): Promise<Action[]> => Promise.reject(new Error('no'))) };
    const { browser, client } = setUp({ goalState: { steps: 10 }, pollInterval: 1_000 }, createFakeBrowser({ strategy }));
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    for (const steps of [1, 2]) await client.record({ steps });
    for (let minute = 0; minute < 12; minute += 1) {
      await settle();
      browser.clock.advance(60_000);
    }
    await settle();
    const [back, away, ...others] = await client.deadLetters.list();
    expect([back, away, ...others]).toMatchObject([1, 2].map((steps) => ({ actions: [{ steps }], reason: { code: 'strategy.failed' } })));
    expect([await client.history(), nudges]).toEqual([[], []]);

    strategy.suggestActions.mockImplementation(async (_history, actions) => [...actions]);
    expect(await client.deadLetters.retry(back!)).toBe(1);
    expect(await client.deadLetters.retry([back!])).toBe(0);
    expect(await client.deadLetters.discard(away!)).toBe(1);
    expect(await client.deadLetters.discard([away!])).toBe(0);
    await settle();
    expect(await client.deadLetters.list()).toEqual([]);
    expect(await client.history()).toMatchObject([{ action: { steps: 1 } }]);
    expect(nudges).toMatchObject([{ suggestions: [{ steps: 1 }] }]);
  });
});
