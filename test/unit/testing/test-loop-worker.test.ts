import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { fixed, goalState, stepsOf } from './steps-of.ts';

describe('a worker', () => {
  test('that is restarted has forgotten nothing', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    const { boot } = (await loop.client.inspect()).host;
    await loop.restartWorker();
    const { host, loop: stored } = await loop.client.inspect();
    expect(host.boot).not.toBe(boot);
    expect(stored).toMatchObject({ goalState, history: { count: 1 }, outbox: { count: 1 } });
    expect(loop.workerStarts()).toBe(2);
  });

  test.each([['the same script', undefined], ['another version', { strategy: fixed(7) }]])('that is restarted with %s answers the next call of each tab at once', async (_script, next) => {
    const loop = createTestLoop({ goalState });
    const other = loop.openTab().client;
    await loop.client.record({ steps: 1 });
    await other.history();
    const now = loop.clock.now();
    for (let restarts = 1; restarts < 4; restarts += 1) {
      await loop.restartWorker(next);
      expect(await loop.client.history()).toHaveLength(1);
      expect(await other.inspect()).toMatchObject({ loop: { history: { count: 1 } } });
    }
    expect(loop.clock.now()).toBe(now);
  });

  test('that was killed answers a second later', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    loop.killWorker();
    const reading = loop.client.history();
    await loop.advance(1_000);
    expect(await reading).toHaveLength(1);
  });

  test('that is restarted before it died leaves its death to no other', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    await loop.settle();
    loop.killWorker('before-commit');
    await loop.restartWorker();
    const recording = loop.client.record({ steps: 1 });
    await loop.advance(5_000);
    expect(await recording).toMatchObject({ count: 1 });
    expect(loop.workerStarts()).toBe(2);
  });

  test('of another version takes over what the old one left', async () => {
    const loop = createTestLoop({ goalState, worker: { strategy: { suggestActions: () => { throw new Error('broken'); } } } });
    await loop.client.record({ steps: 1 });
    await loop.advance(0);
    await loop.restartWorker({ strategy: fixed(7) });
    await loop.advance(60_000);
    expect(await loop.client.nudges()).toMatchObject([{ suggestions: [{ steps: 7 }] }]);
    await expect(loop.restartWorker({ strategy: {} as never })).rejects.toMatchObject({ code: 'options.invalid' });
  });

  test('that is killed while its strategy runs asks again', async () => {
    let calls = 0;
    const strategy: GoalFeedbackStrategy = {
      suggestActions: (_history, actions) => ((calls += 1) === 1 ? new Promise(() => undefined) : actions),
    };
    const loop = createTestLoop({ goalState, worker: { strategy } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    expect(calls).toBe(1);
    loop.killWorker();
    await loop.advance(60_000);
    expect(calls).toBe(2);
    expect(await loop.client.nudges()).toHaveLength(1);
  });

  test.each([['before-commit', false], ['after-commit', true]] as const)('that dies %s is asked again: the receipt says whether the first copy counted', async (when, duplicate) => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    await loop.settle();
    loop.killWorker(when);
    const recording = loop.client.record({ steps: 1 });
    await loop.settle();
    expect(loop.clock.nextAt()).not.toBeNull();
    await loop.advance(1_000);
    expect(await recording).toMatchObject({ count: 1, duplicate });
    expect(await stepsOf(loop.client)).toEqual([1]);
    expect(await loop.client.nudges()).toHaveLength(1);
  });

  test('that dies has no say in what must not be sent twice', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.killWorker('after-commit');
    const call = loop.client.suggestActions([], [{ steps: 1 }]).catch((error: unknown) => error);
    await loop.advance(10_000);
    expect(await call).toMatchObject({ code: 'call.timeout' });
    expect(await stepsOf(loop.client)).toEqual([1]);
  });

  test('is woken by a background sync while no page is open, if it asked for one', async () => {
    let isBroken = true;
    const strategy: GoalFeedbackStrategy = { suggestActions: () => (isBroken ? Promise.reject(new Error('no')) : [{ steps: 7 }]) };
    const loop = createTestLoop({ goalState, worker: { strategy } });
    expect(await loop.sync()).toBe(false);
    await loop.client.record({ steps: 1 });
    await loop.settle();
    loop.tab.close();
    // Too early: what is left waits for a minute, and the browser comes again.
    expect(await loop.sync()).toBe(true);
    isBroken = false;
    await loop.advance(60_000);
    expect(await loop.sync()).toBe(true);
    expect(await loop.sync()).toBe(false);
    expect(await loop.openTab().client.nudges()).toMatchObject([{ suggestions: [{ steps: 7 }] }]);
  });
});

describe('a background sync', () => {
  test('brings the advice of a strategy that the worker did not survive, though no page is open any more', async () => {
    let isStuck = true;
    const strategy: GoalFeedbackStrategy = { suggestActions: () => (isStuck ? new Promise(() => undefined) : [{ steps: 7 }]) };
    const loop = createTestLoop({ goalState, worker: { strategy } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    loop.tab.close();
    loop.killWorker();
    isStuck = false;
    await loop.advance(60_000);
    expect(await loop.sync()).toBe(true);
    expect(await loop.openTab().client.nudges()).toMatchObject([{ suggestions: [{ steps: 7 }] }]);
  });

  test.each(['before-commit', 'after-commit'] as const)('comes again when the worker dies in it %s, though no page is open any more', async (when) => {
    let isStuck = true;
    let answers = 0;
    const suggestActions = () => (isStuck ? new Promise<never>(() => undefined) : [{ steps: (answers += 1) }]);
    const loop = createTestLoop({ goalState, worker: { strategy: { suggestActions } } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    loop.tab.close();
    loop.killWorker();
    isStuck = false;
    await loop.advance(60_000);
    loop.killWorker(when);
    expect(await loop.sync()).toBe(true);
    expect(loop.workerStarts()).toBe(2);
    await loop.advance(60_000);
    expect(await loop.sync()).toBe(true);
    expect(loop.workerStarts()).toBe(3);
    expect(answers).toBeGreaterThan(0);
    expect(await loop.sync()).toBe(false);
    expect(await loop.openTab().client.nudges()).toHaveLength(1);
  });

  test('comes again for advice that found no room on the disk, which is logged', async () => {
    const loop: ReturnType<typeof createTestLoop> = createTestLoop({ goalState, worker: { strategy: { suggestActions: () => fill() } } });
    const fill = () => {
      loop.storage.failWrites('storage.quota');
      return [{ steps: 7 }];
    };
    const failed: unknown[] = [];
    loop.client.on('log', ({ code, fields }) => code === 'call.failed' && failed.push([fields?.['call'], fields?.['code']]));
    await loop.client.record({ steps: 1 });
    await loop.settle();
    expect(failed).toContainEqual(['work', 'storage.quota']);
    loop.tab.close();
    expect(await loop.sync()).toBe(true);
    expect(await loop.sync()).toBe(true);
  });
});
