import type { Action } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('an erasure of everything, with more loops than are at work at once,', () => {
  /** A host that starts where so many loops are stored. */
  const setUp = async (others: number, options: Parameters<typeof createTestHost>[0]) => {
    const before = createTestHost();
    for (let n = 0; n < others; n += 1) await ok(before.api.setGoalState({ loop: `loop-${n}`, goalState: { n } }));
    return createTestHost(options, before.persistence);
  };

  test('leaves the loop of the page its strategy and its retention', async () => {
    const mine = () => ({ trusted: true, suggestActions: (_history: unknown, actions: readonly Action[]) => actions.map((action) => ({ ...action, isMine: true })) });
    const { api } = await setUp(1_000, { strategies: createStrategyRegistry({ mine }) });
    await ok(api.hello({ loop: 'a', protocol: range, settings: { strategy: { type: 'mine' }, retentionLimit: 1 } }));
    const [, , first] = await Promise.all([
      ok(api.erase({ loop: null })),
      ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } })),
      ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] })),
      ok(api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 2 }] })),
    ]);
    expect(first.nudges).toMatchObject([{ suggestions: [{ isMine: true }] }]);
    expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => action['steps'])).toEqual([2]);
  });

  test('keeps out what a slow strategy answers after it', async () => {
    let answer = (): void => undefined;
    const slow = () => ({ suggestActions: (_history: unknown, actions: readonly Action[]) => new Promise<readonly Action[]>((resolve) => (answer = () => resolve(actions))) });
    const { api } = await setUp(1_100, { strategies: createStrategyRegistry({ simple: slow }) });
    await ok(api.hello({ loop: 'a', protocol: range, settings: {} }));
    const suggesting = api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] });
    await settle();
    await ok(api.erase({ loop: null }));
    answer();
    expect(await suggesting).toMatchObject({ ok: false, error: { code: 'epoch.reset' } });
    expect(await ok(api.history({ loop: 'a' }))).toEqual([]);
  });
});
