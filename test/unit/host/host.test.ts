import { describe, expect, test } from 'vitest';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('takes actions, keeps the nudge until it is acknowledged, and tells everybody', async () => {
    const { api, heard } = createTestHost();
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    const { receipt, nudges } = await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 4 }] }));
    expect(receipt).toEqual({ id: `${client}-0`, loop: 'a', count: 1, durable: false, duplicate: false });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual(nudges);
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [...nudges, ...nudges, { seq: 99, id: 'x' }] }))).toEqual({ acknowledged: [0] });
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [...nudges] }))).toEqual({ acknowledged: [] });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([]);
    await settle();
    const events = heard.map(({ event }) => event).filter(({ type }) => type !== 'log');
    expect(events).toContainEqual({ type: 'nudges.acknowledged', loop: 'a', seqs: [0] });
    expect(events).toContainEqual({ type: 'loop.changed', loop: 'a', revision: 2, outbox: 1 });
  });

  test('says of an answer without nudges whether they are to come', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: (_history, actions) => actions }) });
    const { api } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'own', settings: { strategy: { type: 'own' } } }));
    const record = async (loop: string, seq: number) => (await ok(api.record({ loop, client, seq, actions: [{ n: seq }] }))).isPending;
    expect(await record('a', 0)).toBe(false);
    expect(await record('own', 1)).toBe(true);
    // Its first copy may have died before anybody looked at it.
    expect(await record('own', 1)).toBe(true);
  });

  test('an import, a reset or a goal that is sent again happens once', async () => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }] }));
    const data: unknown = await ok(api.exportLoop({ loop: 'a' }));
    const sent = [
      () => api.importLoop({ loop: 'a', data, call: { client, seq: 1 } }),
      () => api.resetHistory({ loop: 'a', call: { client, seq: 2 } }),
      () => api.setGoalState({ loop: 'a', goalState: { steps: 1 }, call: { client, seq: 3 } }),
    ];
    for (const [index, send] of sent.entries()) {
      await send();
      await ok(api.record({ loop: 'a', client, seq: 10 + index, actions: [{ after: index }] }));
    }
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 2 } }));
    for (const send of sent) expect((await send()).ok).toBe(true);
    const { inspection } = await ok(api.inspect({ loop: 'a' }));
    expect(inspection).toMatchObject({ goalState: { steps: 2 }, history: { count: 2 } });
  });

  test('reads a part of the history by number, place and time', async () => {
    const { api } = createTestHost();
    const actions = Array.from({ length: 20 }, (_, n) => ({ n, timestamp: n * 10 }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions }));
    const numbers = async (range: object) => (await ok(api.history({ loop: 'a', ...range }))).map(({ action }) => action['n']);
    expect(await numbers({ limit: 3 })).toEqual([17, 18, 19]);
    expect(await numbers({ limit: 2, before: 5 })).toEqual([3, 4]);
    expect(await numbers({ from: 30, to: 60 })).toEqual([3, 4, 5]);
    expect(await numbers({ limit: 1, to: 60 })).toEqual([5]);
  });

  test('holds a thousand loops ready, answers for each of many more, and tells nobody of a change when it reads one again', async () => {
    const { api, host, heard } = createTestHost();
    for (let n = 0; n < 1_100; n += 1) {
      await ok(api.setGoalState({ loop: `loop-${n}`, goalState: { n: 2_000 } }));
      await ok(api.record({ loop: `loop-${n}`, client, seq: n, actions: [{ n }] }));
    }
    await settle();
    heard.length = 0;
    expect(await ok(api.history({ loop: 'loop-0' }))).toHaveLength(1);
    await host.wake('sync');
    await settle();
    expect(heard).toEqual([]);
    expect(await ok(api.record({ loop: 'another', client, seq: 2_000, actions: [{ n: 1 }] }))).toMatchObject({ receipt: { count: 1 } });
  });

  test('offers its methods and nothing else', () => {
    const { api } = createTestHost();
    expect(Object.isFrozen(api)).toBe(true);
    expect(Object.values(api).every((method) => typeof method === 'function')).toBe(true);
  });
});
