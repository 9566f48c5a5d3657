import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createMemoryActionSource, createMemoryPersistence, createSequentialIds, createTestLoop, isNudgeloopError, type LoopClient } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const goalState = { steps: 10_000 };
const stepsOf = async (client: LoopClient) => (await client.history()).map(({ action }) => action['steps']);
const fixed = (steps: number): GoalFeedbackStrategy => ({ suggestActions: (_history, actions) => actions.map((action) => ({ ...action, steps })) });

describe('a test loop', () => {
  test('is the real client and worker over a storage that counts as durable', async () => {
    const loop = createTestLoop({ goalState });
    expect(await loop.client.record({ steps: 4_000 })).toMatchObject({ count: 1, durable: true, duplicate: false });
    expect(await loop.client.ready).toMatchObject({ host: 'service-worker', durable: true });
    expect(loop.client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null });
  });

  test('knows nothing of another one', async () => {
    const [one, other] = [createTestLoop({ goalState }), createTestLoop()];
    await one.client.record({ steps: 1 });
    expect(await other.client.history()).toEqual([]);
  });

  test('refuses options as the product does', () => {
    const codeOf = (make: () => unknown): string | undefined => {
      try {
        make();
      } catch (error) {
        return isNudgeloopError(error) ? `${error.code} ${String(error.details?.['option'])}` : 'untyped';
      }
      return undefined;
    };
    expect(codeOf(() => createTestLoop({ steps: 1 } as never))).toBe('options.invalid steps');
    expect(codeOf(() => createTestLoop({ worker: { strategy: {} as never } }))).toBe('options.invalid strategy');
    expect(codeOf(() => createTestLoop({ retentionLimit: -1 }))).toBe('options.invalid retentionLimit');
  });

  test('has named loops, sources and settings of the worker', async () => {
    const source = createMemoryActionSource('watch', 'walks');
    const loop = createTestLoop({ worker: { sources: [source], settings: { retentionLimit: 2 } } });
    const walks = loop.client.loop('walks');
    await walks.ready;
    source.push({ steps: 1 }, { steps: 2 }, { steps: 3 });
    await loop.advance(60_000);
    expect(await stepsOf(walks)).toEqual([2, 3]);
  });

  test('ends with dispose: calls reject, and nothing is done any more', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.storage.hold();
    const waiting = loop.client.record({ steps: 1 }).catch((error: unknown) => error);
    await loop.settle();
    loop.dispose();
    expect(await waiting).toMatchObject({ code: 'client.disposed' });
    const sent = loop.messages.sent();
    await loop.advance(3_600_000);
    expect(loop.messages.sent()).toBe(sent);
    expect(loop.clock.nextAt()).toBeNull();
  });
});

describe('time', () => {
  test('passes only when it is told to, and what is due happens at its instant', async () => {
    const at: number[] = [];
    const strategy: GoalFeedbackStrategy = {
      suggestActions(_history, actions, _goal, { now }) {
        at.push(now);
        if (at.length < 3) throw new Error('not yet');
        return actions;
      },
    };
    const loop = createTestLoop({ goalState, pollInterval: 10_000, start: 0, worker: { strategy } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    expect(at).toEqual([0]);
    await loop.advance(60_000);
    expect(at).toEqual([0, 10_000, 30_000]);
    expect(loop.clock.now()).toBe(60_000);
    expect(await loop.client.nudges()).toHaveLength(1);
  });

  test('brings what a listener threw to whoever lets it pass', async () => {
    const loop = createTestLoop({ goalState });
    loop.client.on('nudge', () => {
      throw new Error('mine');
    });
    await loop.client.record({ steps: 1 });
    await expect(loop.advance(1)).rejects.toThrow('mine');
    await loop.advance(1);
  });

  test('that jumps makes nothing expire at once, as in the product', async () => {
    const loop = createTestLoop({ goalState, retentionWindow: { days: 30 } });
    await loop.client.record({ steps: 1 });
    loop.clock.jump(loop.clock.now() + 60 * 86_400_000);
    await loop.advance(120_000);
    expect(await stepsOf(loop.client)).toEqual([1]);
    await loop.advance(660_000);
    expect(await stepsOf(loop.client)).toEqual([]);
  });

  test('passes fast: half a day of looks at due work in well under ten seconds', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    const sent = loop.messages.sent('waking');
    await loop.advance(43_200_000);
    expect(loop.messages.sent('waking') - sent).toBeGreaterThanOrEqual(720);
  }, 10_000);
});

describe('tabs', () => {
  test('share storage and worker, and each of those in front looks at due work', async () => {
    const loop = createTestLoop({ goalState });
    const other = loop.openTab();
    await Promise.all([loop.client.ready, other.client.ready]);
    await loop.settle();
    const looks = async (): Promise<number> => {
      const before = loop.messages.sent('waking');
      await loop.advance(60_000);
      return loop.messages.sent('waking') - before;
    };
    expect(await looks()).toBe(2);
    loop.tab.hide();
    await loop.settle();
    expect(await looks()).toBe(1);
    other.close();
    expect(await looks()).toBe(0);
    loop.tab.show();
    await loop.settle();
    expect(await looks()).toBe(1);
    expect(loop.workerStarts()).toBe(1);
  });

  test('that sleep hear nothing, and catch up when they wake', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    const other = loop.openTab();
    await loop.client.ready;
    await loop.settle();
    loop.tab.sleep();
    await other.client.record({ steps: 1 });
    await loop.settle();
    expect(seqs).toEqual([]);
    loop.tab.wake();
    await loop.settle();
    expect(seqs).toEqual([0]);
  });

  test('that are reloaded have a new client, with what is stored, and other options if wanted', async () => {
    const loop = createTestLoop({ goalState });
    const old = loop.client;
    const recording = old.record({ steps: 1 });
    await loop.settle();
    const client = loop.tab.reload({ retentionLimit: 1 });
    expect(client).toBe(loop.client);
    expect(client).not.toBe(old);
    expect(old.state().phase).toBe('disposed');
    await recording;
    await client.record({ steps: 2 });
    expect(await stepsOf(client)).toEqual([2]);
    expect((await client.inspect()).loop.goalState).toEqual(goalState);
  });

  test('that are hidden stay so when they are reloaded, until they are shown', async () => {
    const loop = createTestLoop({ goalState });
    const looks = async (): Promise<number> => {
      await loop.settle();
      const before = loop.messages.sent('waking');
      await loop.advance(60_000);
      return loop.messages.sent('waking') - before;
    };
    loop.tab.hide();
    await loop.reload().ready;
    expect(await looks()).toBe(0);
    loop.tab.show();
    expect(await looks()).toBe(1);
    await loop.reload().ready;
    expect(await looks()).toBe(1);
  });

  test('that are closed leave behind what they had sent, and say no more', async () => {
    const loop = createTestLoop({ goalState });
    const tab = loop.openTab();
    await tab.client.ready;
    await loop.client.ready;
    loop.messages.hold('requests');
    const waiting = tab.client.record({ steps: 1 }).catch((error: unknown) => error);
    await loop.settle();
    tab.close();
    expect(await waiting).toMatchObject({ code: 'client.disposed' });
    await expect(tab.client.record({ steps: 2 })).rejects.toMatchObject({ code: 'client.disposed' });
    loop.messages.release();
    await loop.settle();
    expect(await stepsOf(loop.client)).toEqual([1]);
  });
});

describe('without a service worker', () => {
  test.each([
    ['unsupported', 'unsupported', ['worker.fallback']],
    ['insecure', 'insecure', ['worker.fallback']],
    [false, 'not-wanted', []],
  ] as const)('(%s) the page hosts the loop, and says why', async (serviceWorker, fallbackReason, warnings) => {
    const codes: string[] = [];
    const logSinks = [({ level, code }: { level: string; code: string }) => level === 'warn' && codes.push(code)] as never;
    const loop = createTestLoop({ goalState, serviceWorker, logSinks });
    await loop.client.record({ steps: 1 });
    expect(loop.client.state()).toMatchObject({ host: 'page', fallbackReason, durable: true });
    expect(codes).toEqual(warnings);
    expect(loop.workerStarts()).toBe(0);
  });

  test('the app may refuse to go on', async () => {
    const loop = createTestLoop({ serviceWorker: 'insecure', fallback: false });
    await expect(loop.client.record({ steps: 1 })).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'insecure' } });
  });

  test('a page without a worker runs the app\'s own strategies too, if it was given them', async () => {
    const strategies = { fixed: () => fixed(42) };
    const loop = createTestLoop({ goalState, serviceWorker: 'unsupported', strategy: { type: 'fixed' }, strategies });
    const heard: unknown[] = [];
    loop.client.on('nudge', ({ suggestions }) => heard.push(suggestions[0]?.['steps']));
    await loop.client.record({ steps: 21 });
    await loop.advance(1_000);
    expect(heard).toEqual([42]);
    const without = createTestLoop({ goalState, serviceWorker: 'unsupported', strategy: { type: 'fixed' } });
    await expect(without.client.record({ steps: 21 })).rejects.toMatchObject({ code: 'strategy.unknown' });
  });

  test('tabs work over one storage, and time does not run out while a module is loaded', async () => {
    const loop = createTestLoop({ goalState, serviceWorker: 'unsupported' });
    const other = loop.openTab();
    const ready = Promise.all([loop.client.ready, other.client.ready]);
    await loop.advance(60_000);
    await ready;
    await loop.client.record({ steps: 1 });
    await other.client.record({ steps: 2 });
    loop.reload();
    expect(await stepsOf(loop.client)).toEqual([1, 2]);
  });

  test('two insecure tabs, which have no locks either, work side by side, and each action has one nudge', async () => {
    let answer = (_suggestions: [{ steps: number }]): void => undefined;
    const slow: GoalFeedbackStrategy = { suggestActions: () => new Promise((resolve) => (answer = resolve)) };
    const options = { goalState, strategy: { type: 'own' } };
    const loop = createTestLoop({ ...options, serviceWorker: 'insecure', strategies: { own: () => slow } });
    const other = loop.openTab({ ...options, strategies: { own: () => fixed(42) } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    await other.client.record({ steps: 2 });
    await loop.settle();
    const advised = async () => (await other.client.nudges()).map(({ suggestions }) => suggestions[0]?.['steps']);
    expect(await advised()).toEqual([42, 42]);
    answer([{ steps: 7 }]);
    await loop.advance(60_000);
    expect(await advised()).toEqual([42, 42]);
  });

  test('a worker that never answers is replaced by the page', async () => {
    const loop = createTestLoop({ goalState });
    loop.messages.lose('requests');
    const recording = loop.client.record({ steps: 1 });
    await loop.advance(10_000);
    expect(await recording).toMatchObject({ count: 1 });
    expect(loop.client.state()).toMatchObject({ host: 'page', fallbackReason: 'no-answer' });
  });
});

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
    const reading = stepsOf(loop.client);
    await loop.advance(2_000);
    expect(await reading).toEqual([]);
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

describe('a worker', () => {
  test('that is restarted has forgotten nothing', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.record({ steps: 1 });
    const { boot } = (await loop.client.inspect()).host;
    await loop.restartWorker();
    const reading = loop.client.inspect();
    await loop.advance(1_000);
    const { host, loop: stored } = await reading;
    expect(host.boot).not.toBe(boot);
    expect(stored).toMatchObject({ goalState, history: { count: 1 }, outbox: { count: 1 } });
    expect(loop.workerStarts()).toBe(2);
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

describe('messages', () => {
  const record = async (loop: ReturnType<typeof createTestLoop>) => {
    const recording = loop.client.record({ steps: 1 });
    await loop.settle();
    loop.messages.heal();
    await loop.advance(1_000);
    return recording;
  };

  test.each(['requests', 'waking', 'answers', 'hints', undefined] as const)('(%s) that are lost are sent again, and the call counts once', async (kind) => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.messages.lose(kind);
    // Of an answer that was lost, the receipt that is stored tells the copy.
    expect(await record(loop)).toMatchObject({ count: 1, duplicate: kind === 'answers' });
    expect(await stepsOf(loop.client)).toEqual([1]);
  });

  test('that come twice count once', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    loop.messages.double();
    await loop.client.record({ steps: 1 });
    await loop.client.record({ steps: 2 });
    await loop.settle();
    expect(await stepsOf(loop.client)).toEqual([1, 2]);
    expect(seqs).toEqual([0, 1]);
  });

  test('that are held arrive when they are released', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.messages.hold('answers');
    const recording = loop.client.record({ steps: 1 });
    await loop.settle();
    loop.messages.release();
    expect(await recording).toMatchObject({ duplicate: false });
  });

  test('of which nobody hears are made up for when the tab is shown again', async () => {
    const loop = createTestLoop({ goalState });
    const seqs: number[] = [];
    loop.client.on('nudge', ({ seq }) => seqs.push(seq));
    const other = loop.openTab();
    await other.client.ready;
    // Its first poll is over, which would bring the nudge too.
    await loop.settle();
    loop.messages.lose('hints');
    await other.client.record({ steps: 1 });
    await loop.settle();
    expect(seqs).toEqual([]);
    loop.tab.hide();
    loop.tab.show();
    await loop.settle();
    expect(seqs).toEqual([0]);
  });
});
