import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { withFaults } from 'nudgeloop/testing';
import { settle } from '../../../src/testing/settle.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('agrees on a protocol and says who it is', async () => {
    const { api } = createTestHost();
    const hello = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 3 } }));
    expect(hello).toMatchObject({ protocol: 1, epoch: 'epoch-1', host: 'page', durable: false, settings: { retentionLimit: 3 } });
  });

  test('says that one side must be updated when there is no common protocol', async () => {
    const { api } = createTestHost();
    expect(await api.hello({ protocol: { min: 7, max: 9 }, loop: 'a', settings: {} })).toMatchObject({ ok: false, error: { code: 'update.needed' } });
  });

  test.each(['hello', 'inspect'] as const)('answers %s with the life of the loop and that of the database that were true at one time, whenever the database is lost', async (method) => {
    for (let reads = 1; reads < 8; reads += 1) {
      const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
      let left = Infinity;
      const persistence: GoalFeedbackPersistence = {
        ...storage,
        async read(loop, work) {
          const result = await storage.read(loop, work);
          left -= 1;
          if (left === 0) await storage.faults.loseDatabase();
          return result;
        },
      };
      const { api } = createTestHost({}, persistence);
      const settings = {};
      await ok(api.hello({ protocol: range, loop: 'a', settings }));
      await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
      const before = await ok(api.hello({ protocol: range, loop: 'a', settings }));
      left = reads;
      const now = method === 'hello' ? await ok(api.hello({ protocol: range, loop: 'a', settings })) : (await ok(api.inspect({ loop: 'a' }))).host;
      expect(now.incarnation === before.incarnation).toBe(now.epoch === before.epoch);
    }
  });

  test('tells everybody at its first greeting of a nudge that waits: the host that made it may have died before it did', async () => {
    const { api, persistence } = createTestHost();
    await ok(api.hello({ protocol: range, loop: 'a', settings: {} }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 4 }] }));
    const next = createTestHost({}, persistence);
    for (let greeting = 0; greeting < 2; greeting += 1) await ok(next.api.hello({ protocol: range, loop: 'a', settings: {} }));
    await settle();
    expect(next.heard.map(({ event }) => event)).toEqual([{ type: 'loop.changed', loop: 'a', revision: 2, outbox: 1 }]);
  });

  test('answers for a loop again once what refused it is over, though it was refused twice before', async () => {
    const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
    storage.faults.failReads();
    const { api } = createTestHost({}, storage);
    const calls = [api.nudges({ loop: 'a', after: -1 }), api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'nowhere' } } })];
    expect(await Promise.all(calls)).toMatchObject([{ ok: false }, { ok: false }]);
    storage.faults.heal();
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([]);
  });

  test('a greeting that is refused, as of a newer page, refuses no call of another tab', async () => {
    for (const isOpen of [false, true]) {
      const { api } = createTestHost();
      if (isOpen) await ok(api.nudges({ loop: 'a', after: -1 }));
      const greeting = api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'of-a-newer-version' } } });
      const calls = [0, 1, 2].map((seq) => api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      expect(await greeting).toMatchObject({ ok: false, error: { code: 'strategy.unknown' } });
      for (const call of calls) await ok(call);
      const entries = await ok(api.history({ loop: 'a' }));
      expect(entries.map(({ action }) => action['n'])).toEqual([0, 1, 2]);
    }
  });

  test('a refused greeting between calls and other greetings changes neither their order nor their answers', async () => {
    const refused = { strategy: { type: 'of-a-newer-version' } };
    for (const [first, second] of [[refused, { retentionLimit: 500 }], [{ retentionLimit: 500 }, refused], [refused, refused]]) {
      const { api } = createTestHost();
      const calls: ReturnType<typeof api.record>[] = [];
      const greet = (settings: object | undefined) => void api.hello({ protocol: range, loop: 'a', settings: settings ?? {} });
      const record = (seq: number) => void calls.push(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      greet(first);
      record(0);
      greet(second);
      record(1);
      greet(refused);
      record(2);
      for (const call of calls) await ok(call);
      expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => action['n'])).toEqual([0, 1, 2]);
    }
  });

  test('calls under way when another tab greets with other settings are stored before those after it', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let held: Promise<void> | undefined;
    const persistence: GoalFeedbackPersistence = {
      ...memory,
      async write(loop, work) {
        const slow = held;
        held = undefined;
        const result = await memory.write(loop, work);
        // A disk that takes its time with one transaction.
        await slow;
        return result;
      },
    };
    const { api } = createTestHost({}, persistence);
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 0 }] }));
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    const calls: ReturnType<typeof api.record>[] = [];
    const record = (seq: number) => calls.push(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
    record(1);
    await settle();
    record(2);
    const greeting = api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 500 } });
    record(3);
    await settle();
    release();
    for (const call of [...calls, greeting]) await ok<unknown>(call);
    expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => action['n'])).toEqual([0, 1, 2, 3]);
  });
});
