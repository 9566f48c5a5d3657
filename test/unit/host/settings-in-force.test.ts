import { describe, expect, test, vi } from 'vitest';
import { createLog, type GoalFeedbackStrategy } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('uses the stored settings when it wakes without a page', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 1, strategy: { type: 'personality', personality: 'cautious' } } }));
    const second = createTestHost({}, first.persistence);
    await ok(second.api.setGoalState({ loop: 'a', goalState: { steps: 8 } }));
    await ok(second.api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 4 }] }));
    const { nudges } = await ok(second.api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 5 }] }));
    expect(nudges[0]?.suggestions[0]?.['steps']).toBe(5);
    expect((await ok(second.api.inspect({ loop: 'a' }))).inspection.history.count).toBe(1);
  });

  test('prunes at once when a page asks for a smaller history', async () => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }, { n: 3 }] }));
    await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 2 } }));
    expect((await ok(api.inspect({ loop: 'a' }))).inspection).toMatchObject({ history: { count: 2 }, baselines: { n: 2 } });
  });

  test('lets its own script fix settings that a page cannot change, and says in the log that a page asked for others', async () => {
    const log = createLog(() => 0);
    const { api } = createTestHost({ log, settings: { retentionLimit: 2 } });
    const overridden = () => log.recent().filter(({ code }) => code === 'settings.overridden');
    const agreed = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 2, outboxLimit: 5 } }));
    expect(agreed.settings).toEqual({ retentionLimit: 2, outboxLimit: 5 });
    expect(overridden()).toEqual([]);
    const hello = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 1_000, outboxLimit: 5 } }));
    expect(hello.settings).toEqual({ retentionLimit: 2, outboxLimit: 5 });
    expect(overridden()).toMatchObject([{ level: 'info', fields: { loop: 'a' } }]);
  });

  test('lets its own script fix the strategy, says so, and goes on with its work whatever pages choose', async () => {
    const log = createLog(() => 0);
    const answers: (() => void)[] = [];
    const strategy: GoalFeedbackStrategy = { suggestActions: (_history, actions) => new Promise((resolve) => answers.push(() => resolve(actions))) };
    const { api } = createTestHost({ log, strategy });
    const greet = (type: string) => ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type } } }));
    expect((await greet('gentle')).settings).toEqual({ strategy: { type: 'worker' } });
    expect((await ok(api.inspect({ loop: 'a' }))).inspection.settings).toEqual({ strategy: { type: 'worker' } });
    expect(log.recent().map(({ code }) => code)).toContain('settings.overridden');
    await ok(api.setGoalState({ loop: 'a', goalState: { n: 9 } }));
    for (const n of [1, 2]) await ok(api.record({ loop: 'a', client, seq: n, actions: [{ n }] }));
    const poked = ok(api.poke({ loop: 'a' }));
    await vi.waitUntil(() => answers.length === 1);
    await greet('bold');
    answers[0]!();
    await vi.waitUntil(() => answers.length === 2);
    answers[1]!();
    expect((await poked).processed).toBe(2);
  });

  test.each(['for a wake-up', 'for a page that was open'])('a setting that its script no longer fixes is no longer in force, %s', async (forWhom) => {
    const first = createTestHost({ settings: { retentionLimit: 1, timestampField: 'when' } });
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { outboxLimit: 5 } }));
    await ok(first.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }] }));
    const { inspection, host } = await ok(first.api.inspect({ loop: 'a' }));
    expect([inspection.settings, host.settings]).toEqual([host.settings, { outboxLimit: 5, retentionLimit: 1, timestampField: 'when' }]);
    expect(inspection).toMatchObject({ history: { count: 1 }, baselines: { n: 2 } });
    expect(Object.keys(inspection.baselines)).toEqual(['n']);
    const second = createTestHost({}, first.persistence);
    if (forWhom === 'for a wake-up') await second.host.wake('sync');
    await ok(second.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 3 }, { n: 4 }] }));
    const after = await ok(second.api.inspect({ loop: 'a' }));
    expect(after).toMatchObject({ inspection: { history: { count: 3 } }, host: { settings: { outboxLimit: 5 } } });
    expect(after.host.settings).toEqual({ outboxLimit: 5 });
  });

  test('a setting that its script fixes newly is in force without a greeting', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 5 } }));
    await ok(first.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }] }));
    const second = createTestHost({ settings: { retentionLimit: 1 } }, first.persistence);
    await second.host.wake('sync');
    expect((await ok(second.api.inspect({ loop: 'a' }))).inspection).toMatchObject({ settings: { retentionLimit: 1 }, history: { count: 1 } });
  });

  test('new settings do not wait for the backlog of a slow strategy', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: () => new Promise(() => undefined) }) });
    const { api } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' } } }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 0 }] }));
    void api.poke({ loop: 'a' });
    await settle();
    expect(await ok(api.hello({ protocol: range, loop: 'a', settings: { outboxLimit: 5 } }))).toMatchObject({ settings: { outboxLimit: 5 } });
  });
});
