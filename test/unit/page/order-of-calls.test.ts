import { describe, expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { LoopOptions } from '../../../src/page/loop-options.ts';
import type { StrategyFactory } from '../../../src/loop/strategies/strategy-registry.ts';
import type { Action } from '../../../src/model/action.ts';
import { createTestLoop } from 'nudgeloop/testing';
import { createFakeBrowser, settle } from './fake-browser.ts';

const HOSTS = ['a worker', 'a worker that has a port', 'the page'];
const CASES = HOSTS.flatMap((host) => [[host, 'before the connection'] as const, [host, 'once connected'] as const]);

/** Not trusted, so that what is recorded waits for it. */
const own: StrategyFactory = () => ({ suggestActions: async (_history, actions) => actions.map((action) => ({ ...action, next: true })) });

async function openClient(host: string, when: string, options: LoopOptions = {}) {
  const page = createFakeBrowser({ strategies: { own } }).openPage({ hasPorts: host === 'a worker that has a port' });
  const client = createClient({ serviceWorker: host === 'the page' ? false : page.registration, strategies: { own }, ...options }, page.realm);
  if (when === 'once connected') await client.ready;
  // The first call hands a port over.
  if (when === 'once connected') await client.nudges();
  return client;
}

const stepsOf = (history: readonly { readonly action: Action }[]) => history.map(({ action }) => action['steps']);

describe.each(CASES)('calls to %s that are made in one turn, %s,', (host, when) => {
  const open = () => openClient(host, when);

  test('are all taken, though a goal is set behind a thousand actions', async () => {
    const client = await open();
    const recorded = Array.from({ length: 1_000 }, (_, steps) => client.record({ steps }));
    await client.setGoalState({ steps: 10_000 });
    expect(new Set((await Promise.all(recorded)).map(({ count, duplicate }) => `${count} ${duplicate}`))).toEqual(new Set(['1 false']));
    expect((await client.history({ limit: 1_000 })).map(({ action }) => action['steps'])).toEqual(Array.from({ length: 1_000 }, (_, steps) => steps));
    // Set behind all of them, and so a nudge on the last one alone.
    expect(await client.nudges()).toMatchObject([{ cause: 'goal', suggestions: [{ steps: (10_000 + 999) / 2 }] }]);
  });

  test('reset the history that was recorded before, and not what comes behind', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.resetHistory(), client.record({ steps: 2 })];
    await Promise.all(calls);
    expect(await calls[1]).toBe(1);
    expect((await client.history()).map(({ action }) => action['steps'])).toEqual([2]);
  });

  test('read, and export, what was recorded before', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.history(), client.export()] as const;
    expect((await calls[1]).map(({ action }) => action['steps'])).toEqual([1]);
    expect(JSON.stringify(await calls[2])).toContain('"steps":1');
    await calls[0];
  });

  test('read, and export, nothing of what is done behind them', async () => {
    const client = await open();
    const first = client.record({ steps: 1 });
    const reads = [client.history(), client.export()] as const;
    const later = [client.resetHistory(), client.record({ steps: 2 })];
    expect((await reads[0]).map(({ action }) => action['steps'])).toEqual([1]);
    expect((await reads[1]).history).toHaveLength(1);
    await Promise.all([first, ...later]);
  });

  test.each([{}, { all: true }])('erase what was recorded before, and not what comes behind: %j', async (options) => {
    const client = await open();
    const recorded = [1, 2, 3].map((steps) => client.record({ steps }));
    const erased = client.erase(options);
    const later = client.record({ steps: 4 });
    expect(await erased).toMatchObject({ actions: 3 });
    await Promise.all([...recorded, later]);
    expect((await client.history()).map(({ action }) => action['steps'])).toEqual([4]);
  });

  test('reset what is recorded behind an erasure of everything and before the reset', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.erase({ all: true }), client.record({ steps: 2 }), client.resetHistory(), client.record({ steps: 3 })];
    const history = client.history();
    await Promise.all(calls);
    expect((await history).map(({ action }) => action['steps'])).toEqual([3]);
  });

  test('erase what stands in the queue of a loop that is at work', async () => {
    const client = await open();
    const recorded = [client.record({ steps: 1 })];
    for (let steps = 2; steps < 5; steps += 1) {
      await Promise.resolve();
      recorded.push(client.record({ steps }));
    }
    await client.erase();
    await Promise.all(recorded);
    expect(await client.history()).toEqual([]);
  });

  test('suggest on top of what was recorded before', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.record({ steps: 2 }), client.suggestActions([], [{ steps: 3 }]), client.record({ steps: 4 })];
    await Promise.all(calls);
    expect((await client.history()).map(({ action }) => action['steps'])).toEqual([1, 2, 3, 4]);
  });
});

describe.each(CASES)('with a strategy of the app, calls to %s that are made in one turn, %s,', (host, when) => {
  const open = () => openClient(host, when, { strategy: { type: 'own' }, goalState: { steps: 10 } });

  test('suggest on top of what was recorded before', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.record({ steps: 2 }), client.suggestActions([], [{ steps: 3 }]), client.record({ steps: 4 })] as const;
    expect(await calls[2]).toMatchObject([{ steps: 3, next: true }]);
    await Promise.all(calls);
    await settle();
    const steps = stepsOf(await client.history());
    expect(steps.filter((each) => each !== 4)).toEqual([1, 2, 3]);
    expect(steps).toContain(4);
  });

  test('suggest on top of an action whose receipt has come', async () => {
    const client = await open();
    await client.record({ steps: 1 });
    await client.suggestActions([], [{ steps: 2 }]);
    expect(stepsOf(await client.history())).toEqual([1, 2]);
  });

  test('lose nothing that is recorded behind a suggestion on a history that is passed', async () => {
    const client = await open();
    const calls = [client.suggestActions([{ steps: 1 }], [{ steps: 2 }]), client.record({ steps: 3 })];
    await Promise.all(calls);
    await settle();
    expect(stepsOf(await client.history())).toEqual([1, 2, 3]);
  });

  test('reset what was suggested before', async () => {
    const client = await open();
    const calls = [client.record({ steps: 1 }), client.suggestActions([], [{ steps: 2 }]), client.resetHistory(), client.record({ steps: 3 })];
    await Promise.all(calls);
    await settle();
    const steps = stepsOf(await client.history());
    expect(steps).not.toContain(2);
    expect(steps).toContain(3);
  });

  test.each([{}, { all: true }])('erase what was recorded and suggested before, and not what comes behind: %j', async (options) => {
    const client = await open();
    const before = Promise.allSettled([client.record({ steps: 1 }), client.suggestActions([], [{ steps: 2 }])]);
    const behind = Promise.all([client.erase(options), client.record({ steps: 3 })]);
    await Promise.all([before, behind]);
    await settle();
    expect(stepsOf(await client.history())).toEqual([3]);
  });
});

test.each([1_000, 5_000, 8_000])('a suggestion behind an action, with a strategy that hangs, says within the deadline of the call that it was the strategy: %i', async (strategyDeadline) => {
  const hanging: StrategyFactory = () => ({ suggestActions: () => new Promise(() => undefined) });
  const loop = createTestLoop({ strategy: { type: 'hanging' }, goalState: { steps: 10 }, worker: { strategies: { hanging }, strategyDeadline } });
  await loop.client.ready;
  const calls = Promise.allSettled([loop.client.record({ steps: 1 }), loop.client.suggestActions([], [{ steps: 2 }])]);
  for (let second = 0; second < 11; second += 1) await loop.advance(1_000);
  expect((await calls)[1]).toMatchObject({ reason: { code: 'strategy.timeout' } });
});
