import { expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';

const HOUR = 3_600_000;

/** A tab whose goal and settings a full disk refused, which has room again. */
async function openRefused() {
  const loop = createTestLoop();
  await loop.client.ready;
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ goalState: { steps: 20 }, retentionLimit: 5 });
  await client.ready;
  loop.storage.heal();
  return { loop, client };
}

test('on a full disk a page with other settings and another goal connects, reads what is there, and sets both once there is room', async () => {
  const loop = createTestLoop({ goalState: { steps: 10 } });
  await loop.client.record({ steps: 1 });
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ goalState: { steps: 20 }, retentionLimit: 5 });
  const degraded: unknown[] = [];
  client.on('log', ({ code, fields }) => code === 'storage.degraded' && degraded.push(fields?.['reason']));
  expect(await client.ready).toMatchObject({ settings: { retentionLimit: 5 } });
  expect(await client.history()).toHaveLength(1);
  expect(await client.nudges()).toHaveLength(1);
  expect(client.state()).toMatchObject({ phase: 'ready', error: null });
  expect(degraded).toEqual(expect.arrayContaining(['settings not stored', 'goal not stored']));
  await expect(client.record({ steps: 2 })).rejects.toMatchObject({ code: 'storage.quota' });
  loop.storage.heal();
  await loop.advance(10_000);
  await client.record({ steps: 3 });
  expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 20 }, settings: { retentionLimit: 5 } });
});

test('settings that a full disk refused hold on once there is room, also in a worker that starts anew', async () => {
  const loop = createTestLoop({ retentionLimit: 2 });
  await loop.client.record([{ steps: 1 }, { steps: 2 }]);
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ retentionLimit: 5 });
  await client.ready;
  loop.storage.heal();
  await loop.advance(10_000);
  await client.history();
  loop.killWorker();
  const recording = client.record([{ steps: 3 }, { steps: 4 }]);
  await loop.advance(1_000);
  await recording;
  expect(await client.history()).toHaveLength(4);
});

test('settings that a full disk refused are stored once there is room, though a goal was set meanwhile, also in a worker that starts anew', async () => {
  const { loop, client } = await openRefused();
  await client.setGoalState({ steps: 30 });
  await loop.advance(10_000);
  await client.history();
  loop.killWorker();
  const inspecting = loop.client.inspect();
  await loop.advance(1_000);
  expect((await inspecting).loop).toMatchObject({ goalState: { steps: 30 }, settings: { retentionLimit: 5 } });
});

test('what a full disk refused is tried again, though what is stored could not be read then', async () => {
  const loop = createTestLoop();
  await loop.client.ready;
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ goalState: { steps: 20 }, retentionLimit: 5 });
  client.on('log', ({ fields }) => fields?.['reason'] === 'goal not stored' && loop.storage.failReads());
  await client.ready;
  loop.storage.heal();
  for (let tries = 0; tries < 2; tries += 1) {
    await loop.advance(10_000);
    await client.history();
  }
  expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 20 }, settings: { retentionLimit: 5 } });
});

test('while a disk is full a page does not greet with each call', async () => {
  const loop = createTestLoop();
  await loop.client.ready;
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ goalState: { steps: 20 }, retentionLimit: 5 });
  const degraded: unknown[] = [];
  client.on('log', ({ code, fields }) => code === 'storage.degraded' && degraded.push(fields?.['reason']));
  await client.ready;
  const { length } = degraded;
  for (let n = 0; n < 10; n += 1) await client.history();
  expect(degraded).toHaveLength(length);
});

test('a goal that was refused is not set over the one that the app set meanwhile', async () => {
  const loop = createTestLoop();
  await loop.client.ready;
  loop.storage.failWrites('storage.quota');
  const { client } = loop.openTab({ goalState: { steps: 20 } });
  await client.ready;
  loop.storage.heal();
  await client.setGoalState({ steps: 30 });
  await loop.client.setGoalState({ steps: 40 });
  await loop.advance(10_000);
  await client.history();
  expect((await client.inspect()).loop.goalState).toEqual({ steps: 40 });
});

test('a goal and settings that were refused are not set over those that another tab set since there is room', async () => {
  const { loop, client } = await openRefused();
  const newer = loop.openTab({ retentionLimit: 50 });
  await newer.client.setGoalState({ steps: 40 });
  await loop.advance(60_000);
  await client.history();
  expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 40 }, settings: { retentionLimit: 50 } });
});

test('calls made while what was refused is tried again are taken in their order', async () => {
  const { loop, client } = await openRefused();
  await loop.advance(10_000);
  await Promise.all([1, 2, 3].map((steps) => client.record({ steps })));
  expect((await client.history()).map(({ action }) => action['steps'])).toEqual([1, 2, 3]);
});

test.each<'worker' | 'page'>(['worker', 'page'])('an app that polls once an hour hears within a minute what a full disk kept back, from a loop in the %s', async (host) => {
  let isFull = true;
  const strategy: GoalFeedbackStrategy = {
    suggestActions(_history, actions) {
      if (isFull) loop.storage.failWrites('storage.quota');
      return actions;
    },
  };
  const choice = host === 'worker' ? { worker: { strategy } } : { strategies: { own: () => strategy }, strategy: { type: 'own' }, serviceWorker: 'unsupported' as const };
  const loop = createTestLoop({ goalState: { steps: 10 }, pollInterval: HOUR, ...choice });
  await loop.client.ready;
  await loop.advance(2_000);
  await loop.client.record({ steps: 1 });
  await loop.settle();
  isFull = false;
  loop.storage.heal();
  await loop.advance(60_000);
  expect(await loop.client.nudges()).toHaveLength(1);
});

test('what a full disk refused is tried again though the clock was set back by a day meanwhile', async () => {
  const { loop, client } = await openRefused();
  loop.clock.jump(loop.clock.now() - 24 * HOUR);
  await loop.advance(20_000);
  await client.history();
  expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 20 }, settings: { retentionLimit: 5 } });
});
