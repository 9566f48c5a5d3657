import { expect, test } from 'vitest';
import type { GoalFeedbackStrategy, LogEvent, Nudge } from 'nudgeloop/core';
import { createClient } from '../../../src/page/client.ts';
import { createNudgeSurface, type NudgeChange } from '../../../sw/nudge-surface.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';
import { createRawWorker } from '../security/raw-worker.ts';

async function setUp(workerOptions: WorkerOptions, goalState: Record<string, number> = { steps: 10 }) {
  const browser = createFakeBrowser(workerOptions);
  const page = browser.openPage();
  const client = createClient({ serviceWorker: page.registration, goalState }, page.realm);
  // Node has no IndexedDB, and memory is taken only after some waits.
  for (const wait of [50, 500]) {
    await settle();
    browser.clock.advance(wait);
  }
  await client.ready;
  await settle();
  return { browser, client };
}

test('a surface is told of a nudge once it can be read, and when it is acknowledged or erased', async () => {
  const told: [NudgeChange, string[]][] = [];
  const surface = createNudgeSurface(({ nudges }) => ({
    async told(change) {
      const waiting: readonly Nudge[] = await nudges('default', -1, 10);
      told.push([change, waiting.map(({ cause }) => cause)]);
    },
    stop: () => undefined,
  }));
  const { client } = await setUp({ surface });
  await client.record({ steps: 1 });
  await settle();
  expect(told).toContainEqual([{ loop: 'default', added: 0 }, ['actions']]);
  told.length = 0;
  await client.acknowledge(await client.nudges());
  await settle();
  expect(told.at(-1)).toEqual([{ loop: 'default' }, []]);
  told.length = 0;
  await client.erase();
  await settle();
  expect(told.map(([change]) => change)).toContainEqual({ loop: 'default' });
});

test('a surface that asks for more nudges than a call may read is given those', async () => {
  const read: Promise<readonly Nudge[]>[] = [];
  const surface = createNudgeSurface(({ nudges }) => ({
    async told({ added }) {
      if (added !== undefined) read.push(nudges('default', -1, 5_000));
    },
    stop: () => undefined,
  }));
  const { client } = await setUp({ surface });
  await client.record({ steps: 1 });
  await settle();
  expect((await read[0])?.map(({ seq }) => seq)).toEqual([0]);
});

test('the worker stays alive until its surface has shown what a wake-up brought', async () => {
  let finish = (): void => undefined;
  const surface = createNudgeSurface(() => ({
    told: ({ added }) => (added === undefined ? Promise.resolve() : new Promise((resolve) => (finish = resolve))),
    stop: () => undefined,
  }));
  let isDry = true;
  const poll = async () => ({ actions: isDry ? [] : [{ steps: 1 }], cursor: 1 });
  const { browser } = await setUp({ surface, sources: [{ name: 'watch', poll }] });
  isDry = false;
  let isOver = false;
  const woken = browser.sync('nudgeloop:nudgeloop').then(() => (isOver = true));
  await settle();
  expect(isOver).toBe(false);
  isDry = true;
  finish();
  await woken;
});

test('the worker stays alive until its surface has shown what a call brought', async () => {
  let finish = (): void => undefined;
  const surface = createNudgeSurface(() => ({
    told: ({ added }) => (added === undefined ? Promise.resolve() : new Promise((resolve) => (finish = resolve))),
    stop: () => undefined,
  }));
  const { call } = createRawWorker({ surface });
  await call('setGoalState', { loop: 'a', goalState: { steps: 10 } });
  let isOver = false;
  const recording = call('record', { loop: 'a', client: 'client-raw', seq: 0, actions: [{ steps: 1 }] }).finally(() => (isOver = true));
  await settle();
  expect(isOver).toBe(false);
  finish();
  expect(await recording).toMatchObject({ ok: true, value: { nudges: [{ seq: 0 }] } });
});

test('a surface that never ends holds each event of the worker for ten seconds at the most, and the log says so', async () => {
  const surface = createNudgeSurface(() => ({
    told: ({ added }) => (added === undefined ? Promise.resolve() : new Promise(() => undefined)),
    stop: () => undefined,
  }));
  const { worker, call, clock, logged } = createRawWorker({ surface });
  await call('setGoalState', { loop: 'a', goalState: { steps: 10 } });
  for (const seq of [0, 1]) {
    let isOver = false;
    const recording = call('record', { loop: 'a', client: 'client-raw', seq, actions: [{ steps: seq + 1 }] }).finally(() => (isOver = true));
    await settle();
    clock.advance(9_999);
    await settle();
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await recording).toMatchObject({ ok: true, value: { nudges: [{ seq }] } });
  }
  await worker.wake('push');
  expect(logged.filter(({ level }) => level === 'error')).toMatchObject([1, 2].map(() => ({ code: 'call.failed', fields: { call: 'told' } })));
});

test('the browser is asked to come back before a strategy runs that may be stopped, once for many calls', async () => {
  const asked: number[] = [];
  let finish = (): void => undefined;
  let syncTags: readonly string[] = [];
  const strategy: GoalFeedbackStrategy = {
    suggestActions(_history, actions) {
      asked.push(syncTags.length);
      return new Promise((resolve) => (finish = () => resolve(actions)));
    },
  };
  const { browser, client } = await setUp({ strategy });
  syncTags = browser.syncTags;
  await Promise.all([client.record({ steps: 1 }), client.record({ steps: 2 })]);
  await client.record({ steps: 3 });
  await settle();
  expect(asked).toEqual([1]);
  finish();
  await settle();
  expect(browser.syncTags).toEqual(['nudgeloop:nudgeloop']);
});

test('an action of an own strategy asks no source and wakes no loop, neither by the sync that it brings nor by the poke that follows it', async () => {
  const strategy: GoalFeedbackStrategy = { suggestActions: async (_history, actions) => actions };
  let polls = 0;
  const poll = () => ({ actions: [], cursor: (polls += 1) });
  const woken: unknown[] = [];
  const logSinks = [({ code, fields }: LogEvent) => code === 'worker.woken' && woken.push(fields?.['cause'])];
  const { browser, client } = await setUp({ strategy, sources: [{ name: 'watch', poll }], logSinks });
  polls = 0;
  const nudges: Nudge[] = [];
  client.on('nudge', (nudge) => nudges.push(nudge));
  for (let steps = 1; steps <= 5; steps += 1) {
    await client.record({ steps });
    await settle();
    // As an online browser does at once.
    if (browser.syncTags.splice(0).length > 0) await browser.sync('nudgeloop:nudgeloop');
  }
  expect(nudges.length).toBeGreaterThan(0);
  for (let seconds = 0; seconds < 10; seconds += 1) {
    browser.clock.advance(1_000);
    await settle();
  }
  expect(polls).toBe(0);
  expect(woken).not.toContain('sync');
  browser.clock.advance(60_000);
  await settle();
  expect(polls).toBe(1);
});

test('an action that waits for its next try wakes no loop and asks no source, though a page records all the time', async () => {
  let answer = (): void => undefined;
  const answered = () => new Promise<void>((resolve) => (answer = resolve));
  const strategy: GoalFeedbackStrategy = {
    async suggestActions(_history, actions) {
      await answered();
      if (actions.some(({ steps }) => steps === 1)) throw new Error('no');
      return actions;
    },
  };
  let polls = 0;
  const poll = () => ({ actions: [], cursor: (polls += 1) });
  const woken: unknown[] = [];
  const logSinks = [({ code, fields }: LogEvent) => code === 'worker.woken' && woken.push(fields?.['cause'])];
  const { browser, client } = await setUp({ strategy, sources: [{ name: 'watch', poll }], logSinks });
  polls = 0;
  let syncs = 0;
  for (let steps = 1; steps <= 10; steps += 1) {
    await client.record({ steps });
    await settle();
    for (let isFired = true; isFired; ) {
      // Fired while the strategy is at work; what is asked for meanwhile fires when this one is over.
      isFired = browser.syncTags.splice(0).length > 0 && syncs < 100;
      const synced = isFired && browser.sync('nudgeloop:nudgeloop').catch(() => undefined);
      syncs += Number(isFired);
      await settle();
      answer();
      await synced;
      await settle();
    }
    browser.clock.advance(1_000);
    await settle();
  }
  expect(polls).toBe(0);
  expect(woken).not.toContain('sync');
  expect(syncs).toBe(2);
});

test('the browser is not asked to come back for what it came back for: that would go in a circle', async () => {
  const strategy: GoalFeedbackStrategy = { suggestActions: async (_history, actions) => actions };
  const { browser } = await setUp({ strategy, sources: [{ name: 'watch', poll: () => ({ actions: [{ steps: 1 }], cursor: 1 }) }] });
  browser.syncTags.length = 0;
  await browser.sync('nudgeloop:nudgeloop');
  await settle();
  expect(browser.syncTags).toEqual([]);
});

test('the browser is not asked for anything when a call left no work', async () => {
  const { browser, client } = await setUp({}, {});
  await client.record({ steps: 1 });
  await client.setGoalState({ steps: 10 });
  await client.record({ steps: 2 });
  await settle();
  expect(browser.syncTags).toEqual([]);
});

test('what a surface logs while it is made reaches the pages too', () => {
  const surface = createNudgeSurface(({ log }) => {
    log.warn('notification.refused', { reason: 'mine' });
    return { told: async () => undefined, stop: () => undefined };
  });
  const { broadcast } = createRawWorker({ surface });
  expect(broadcast).toMatchObject([{ event: { type: 'log', event: { code: 'notification.refused', fields: { reason: 'mine' } } } }]);
});
