import { createMemoryPersistence, createSequentialIds, createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { goalState, stepsOf } from './steps-of.ts';

describe('storage', () => {
  test('outlives tabs and workers, and the test loop itself if it is handed on', async () => {
    const persistence = { ...createMemoryPersistence({ newId: createSequentialIds('disk') }), durable: true };
    const today = createTestLoop({ goalState, persistence });
    await today.client.record({ steps: 1 });
    today.dispose();
    const tomorrow = createTestLoop({ persistence, start: today.clock.now() + 86_400_000, seed: 2 });
    expect(await stepsOf(tomorrow.client)).toEqual([1]);
    expect(tomorrow.client.state().epoch).toBe('disk-1');
  });

  test('takes the calls of a next start as new ones, though both have the same seed', async () => {
    const persistence = { ...createMemoryPersistence({ newId: createSequentialIds('disk') }), durable: true };
    const start = async (...steps: readonly number[]) => {
      const loop = createTestLoop({ goalState, persistence });
      const receipts = [];
      for (const one of steps) receipts.push(await loop.client.record({ steps: one }));
      await loop.settle();
      expect(receipts.map(({ duplicate }) => duplicate)).toEqual(steps.map(() => false));
      return loop;
    };
    await start(1, 2);
    // The first call is as it was, the second is another one in its place.
    const { client } = await start(1, 3);
    expect(await stepsOf(client)).toEqual([1, 2, 1, 3]);
    const ids = (await client.nudges()).map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  test('that cannot be opened by a new worker is replaced by memory, and the app is told', async () => {
    const heard: string[] = [];
    const loop = createTestLoop({ goalState, worker: { logSinks: [({ code }) => heard.push(code)] } });
    await loop.client.record({ steps: 1 });
    loop.client.on('epoch.reset', () => heard.push('epoch.reset'));
    loop.storage.failReads();
    await loop.restartWorker();
    const recording = loop.client.record({ steps: 2 });
    await loop.advance(2_000);
    expect(await recording).toMatchObject({ durable: false });
    expect(heard).toEqual(expect.arrayContaining(['storage.memory', 'epoch.reset']));
  });

  test.each<[what: string, options: { readonly all: boolean }]>([
    ['one loop', { all: false }],
    ['all of them', { all: true }],
  ])('that memory stands for is erased with it (%s), or nothing is', async (_what, options) => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    loop.storage.failReads();
    loop.storage.failWrites('storage.failed');
    await loop.restartWorker();
    const recording = loop.client.record({ steps: 2 });
    await loop.advance(2_000);
    await recording;
    await expect(loop.client.erase(options)).rejects.toMatchObject({ code: 'storage.failed' });
    expect(await stepsOf(loop.client)).toEqual([2]);
    loop.storage.heal();
    expect(await loop.client.erase(options)).toMatchObject({ loops: ['default'], actions: 2 });
    await loop.restartWorker();
    expect(await stepsOf(loop.client)).toEqual([]);
    expect(await loop.client.inspect()).toMatchObject({ host: { durable: true } });
  });

  test('that an old tab blocks is not replaced: each call says so, until the tab is gone', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    loop.storage.failReads('storage.blocked');
    await loop.restartWorker();
    const recording = loop.client.record({ steps: 2 }).catch((error: unknown) => error);
    await loop.advance(1_000);
    expect(await recording).toMatchObject({ code: 'storage.blocked' });
    loop.storage.heal();
    await loop.client.record({ steps: 3 });
    expect(await stepsOf(loop.client)).toEqual([1, 3]);
  });

  test('that is lost costs no action that comes later, and the goal is set again', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    const resets: unknown[] = [];
    loop.client.on('epoch.reset', (event) => resets.push(event));
    await loop.storage.loseDatabase();
    await loop.client.record({ steps: 2 });
    expect(resets).toEqual([{ previous: 's1-epoch-1', epoch: 's1-epoch-2' }]);
    expect(await stepsOf(loop.client)).toEqual([2]);
    expect((await loop.client.inspect()).loop.goalState).toEqual(goalState);
  });
});
