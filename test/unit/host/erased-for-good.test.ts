import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds, NudgeloopError } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('erases one loop or all, and says what went', async () => {
    const { api, heard } = createTestHost({ eraseRealm: async (loop) => (loop === null ? { notifications: 2, tags: 1 } : { notifications: 1, tags: 0 }) });
    for (const loop of ['a', 'b']) {
      await ok(api.setGoalState({ loop, goalState: { steps: 10 } }));
      await ok(api.record({ loop, client, seq: 0, actions: [{ steps: 1 }, { steps: 2 }] }));
    }
    const { incarnation } = (await ok(api.inspect({ loop: 'a' }))).host;
    expect(await ok(api.erase({ loop: 'a' }))).toEqual({ incarnation, loops: ['a'], actions: 2, pending: 0, nudges: 1, deadLetters: 0, notifications: 1, tags: 0 });
    expect((await ok(api.inspect({ loop: 'a' }))).inspection).toMatchObject({ goalState: null, revision: 0, history: { count: 0 } });
    expect(await ok(api.erase({ loop: null }))).toMatchObject({ loops: ['b'], actions: 2, notifications: 2, tags: 1 });
    await settle();
    expect(heard.map(({ epoch, event }) => [epoch, event]).filter(([, event]) => (event as { type: string }).type === 'loop.erased')).toEqual([
      ['epoch-1', { type: 'loop.erased', loop: 'a', incarnation }],
      ['erased-epoch-2', { type: 'loop.erased', loop: null }],
    ]);
  });

  test('an erasure of all that the storage refuses, as on a full disk, has removed nothing', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    const { api } = createTestHost({}, { ...memory, eraseAll: async () => { throw new NudgeloopError('storage.quota', 'full'); } });
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    await ok(api.record({ loop: 'b', client, seq: 1, actions: [{ steps: 2 }] }));
    expect(await api.erase({ loop: null })).toMatchObject({ ok: false, error: { code: 'storage.quota' } });
    expect([(await ok(api.history({ loop: 'a' }))).length, (await ok(api.history({ loop: 'b' }))).length]).toEqual([1, 1]);
  });

  test('takes nothing that was meant for a database that is gone', async () => {
    const { api, persistence } = createTestHost();
    const { epoch } = await ok(api.hello({ protocol: range, loop: 'a', settings: {} }));
    await persistence.eraseAll();
    expect(await api.record({ loop: 'a', client, seq: 0, actions: [{}], epoch })).toMatchObject({ ok: false, error: { code: 'epoch.reset' } });
  });

  test('an erasure while a strategy runs stays one: the late answer brings nothing back, and takes nothing new away', async () => {
    let release: (value: never[]) => void = () => undefined;
    const answers = [() => new Promise<never[]>((resolve) => (release = resolve))];
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: (_history, actions) => answers.pop()?.() ?? actions }) });
    const { api } = createTestHost({ strategies });
    const settings = { strategy: { type: 'own' } };
    await ok(api.hello({ protocol: range, loop: 'a', settings }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.poke({ loop: 'a' }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ old: 1 }] }));
    const poked = api.poke({ loop: 'a' });
    await settle();
    await ok(api.erase({ loop: 'a' }));
    await ok(api.hello({ protocol: range, loop: 'a', settings }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 1, actions: [{ fresh: 1 }] }));
    release([]);
    await poked;
    await ok(api.poke({ loop: 'a' }));
    expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => Object.keys(action)[0])).toEqual(['fresh']);
  });

  test('acknowledging a nudge of before an erasure leaves the one that stands in its place', async () => {
    const { api } = createTestHost();
    const nudgeOf = async (seq: number) => {
      await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
      return (await ok(api.record({ loop: 'a', client, seq, actions: [{ steps: 1 }] }))).nudges[0]!;
    };
    const before = await nudgeOf(0);
    await ok(api.erase({ loop: 'a' }));
    const after = await nudgeOf(1);
    expect(after.seq).toBe(before.seq);
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [before] }))).toEqual({ acknowledged: [] });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([after]);
  });
});
