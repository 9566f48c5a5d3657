import type { ActionSource } from 'nudgeloop/worker';
import type { LoopExport } from 'nudgeloop';
import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { goalState, stepsOf } from './steps-of.ts';

/** A tracker, and devices that poll it. */
function createTracker(...days: number[]) {
  let isOffline = false;
  const source: ActionSource = {
    name: 'tracker',
    async poll(cursor) {
      if (isOffline) throw new Error('offline');
      return { actions: days.slice(Number(cursor ?? 0)).map((steps) => ({ steps })), cursor: days.length };
    },
  };
  return {
    walk: (...steps: number[]) => days.push(...steps),
    setOffline: (is: boolean) => (isOffline = is),
    async openDevice() {
      const loop = createTestLoop({ goalState, worker: { sources: [source] } });
      const { client } = loop;
      const device = {
        client,
        days: () => stepsOf(client),
        async poll() {
          // Beyond the wait after a failure, too.
          await loop.advance(300_000);
          await client.poke();
          await loop.settle();
          return stepsOf(client);
        },
        backup: async () => JSON.parse(JSON.stringify(await client.export())) as LoopExport,
      };
      await device.poll();
      return device;
    },
  };
}

describe('after an import, a source brings what the file does not hold, once', () => {
  test('of an older backup on the same device', async () => {
    const tracker = createTracker(101);
    const { client, poll, days, backup } = await tracker.openDevice();
    const file = await backup();
    tracker.walk(102);
    expect(await poll()).toEqual([101, 102]);
    await client.import(file);
    expect(await days()).toEqual([101]);
    expect(await poll()).toEqual([101, 102]);
  });

  test('of a backup after an erasure', async () => {
    const tracker = createTracker(101, 102);
    const { client, poll, backup } = await tracker.openDevice();
    const file = await backup();
    await client.erase();
    await client.import(file);
    expect(await poll()).toEqual([101, 102]);
    tracker.walk(103);
    expect(await poll()).toEqual([101, 102, 103]);
  });

  test.each([['polled before the import', false], ['had no network until after it', true]])('on a new device, which %s', async (_title, isOffline) => {
    const tracker = createTracker(101, 102);
    const file = await (await tracker.openDevice()).backup();
    tracker.walk(103);
    tracker.setOffline(isOffline);
    const { client, poll, days } = await tracker.openDevice();
    expect(await days()).toEqual(isOffline ? [] : [101, 102, 103]);
    await client.import(file);
    tracker.setOffline(false);
    expect(await poll()).toEqual([101, 102, 103]);
  });
});

test('a file that says nothing of sources leaves them where they are: what they gave is not asked for again', async () => {
  const tracker = createTracker(101, 102);
  const { client, poll, backup } = await tracker.openDevice();
  const { cursors, ...file } = await backup();
  expect(cursors).toEqual({ tracker: 2 });
  await client.import({ ...file, history: [] });
  tracker.walk(103);
  expect(await poll()).toEqual([103]);
  expect((await backup()).cursors).toEqual({ tracker: 3 });
});

const wrong: readonly (readonly [what: string, cursors: unknown])[] = [
  ['null', null], ['text', 'two'], ['a list', [2]], ['a function', { tracker: () => 2 }], ['too large', { tracker: 'x'.repeat(4_000_000) }], ['under a forbidden name', { constructor: 2 }],
];

test.each(wrong)('a file whose cursors are %s is refused, and nothing is changed', async (_what, cursors) => {
  const { client, backup, days } = await createTracker(101).openDevice();
  const file = await backup();
  await expect(client.import({ ...file, history: [], cursors })).rejects.toMatchObject({ code: 'message.invalid' });
  expect([await days(), (await backup()).cursors]).toEqual([[101], { tracker: 1 }]);
});
