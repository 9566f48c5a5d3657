import { describe, expect, test } from 'vitest';
import { createLog, createMemoryActionSource, createMemoryPersistence, createSequentialIds, NudgeloopError, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { withFaults } from 'nudgeloop/testing';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('wakes the loops of its sources, even those that no page ever opened', async () => {
    const source = createMemoryActionSource('pedometer', 'walks');
    source.push({ steps: 1 });
    const { host, api } = createTestHost({ sources: [source] });
    expect(await host.wake('sync')).toEqual({ processed: 0, polled: 1, nextAt: null });
    expect((await ok(api.inspect({ loop: 'walks' }))).inspection.history.count).toBe(1);
  });

  test('goes on with a loop that its script does not offer any more: what is old is pruned, and nothing is logged as failed', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'sleep', settings: { retentionWindow: { days: 1 } } }));
    await ok(first.api.record({ loop: 'sleep', client, seq: 0, actions: [{ n: 1 }] }));
    const log = createLog(() => 0);
    const later = createTestHost({ loops: ['steps'], log }, first.persistence);
    later.clock.advance(3 * 86_400_000);
    await later.host.wake('activate');
    later.clock.advance(3 * 86_400_000);
    await later.host.wake('activate');
    expect(log.recent().filter(({ level }) => level === 'error')).toEqual([]);
    expect((await ok(createTestHost({}, first.persistence).api.inspect({ loop: 'sleep' }))).inspection.history.count).toBe(0);
    expect(await later.api.nudges({ loop: 'sleep', after: -1 })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
  });

  test('says of a wake-up that the disk refused that work is left, so that the browser comes back', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let isFull = false;
    const persistence: GoalFeedbackPersistence = {
      ...memory,
      read: (loop, work) => (isFull ? Promise.reject(new NudgeloopError('storage.quota', 'full')) : memory.read(loop, work)),
    };
    const { host, api } = createTestHost({}, persistence);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect((await host.wake('sync')).nextAt).toBeNull();
    isFull = true;
    expect((await host.wake('sync')).nextAt).toBe(1_000);
  });

  test('says of work on a loop that the disk refused it, and that it is left, as of a wake-up; and logs what failed otherwise', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let failure: NudgeloopError | undefined;
    const persistence: GoalFeedbackPersistence = { ...memory, read: (loop, work) => (failure === undefined ? memory.read(loop, work) : Promise.reject(failure)) };
    const log = createLog(() => 0);
    const { host, api } = createTestHost({ log }, persistence);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect(await host.work('a')).toMatchObject({ nextAt: null });
    failure = new NudgeloopError('storage.quota', 'full');
    expect(await host.work('a')).toEqual({ processed: 0, polled: 0, nextAt: 1_000 });
    failure = new NudgeloopError('internal', 'broken');
    expect(await host.work('a')).toEqual({ processed: 0, polled: 0, nextAt: null });
    const told = log.recent().filter(({ code }) => code === 'call.failed');
    expect(told.map(({ fields }) => fields)).toEqual([
      { call: 'work', loop: 'a', code: 'storage.quota' },
      { call: 'work', loop: 'a', code: 'internal' },
    ]);
  });

  test('a poke for pending work asks no source; one that is refused says so to the page, which comes back later each time', async () => {
    let polls = 0;
    const sources = [{ name: 'watch', loop: 'a', poll: async () => ({ actions: [], cursor: (polls += 1) }) }];
    const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
    const { api } = createTestHost({ sources }, storage);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect(await ok(api.poke({ loop: 'a', onlyPending: true }))).toEqual({ processed: 0, polled: 0, nextAt: null });
    expect(polls).toBe(0);
    await ok(api.poke({ loop: 'a' }));
    expect(polls).toBe(1);
    storage.faults.failReads('storage.failed');
    expect(await api.poke({ loop: 'a', onlyPending: true })).toMatchObject({ ok: false, error: { code: 'storage.failed' } });
  });
});
