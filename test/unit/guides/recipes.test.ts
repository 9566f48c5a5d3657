import { createTestLoop } from 'nudgeloop/testing';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import type { LogSink, LoopClient } from 'nudgeloop';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadRecipe } from '../../guides/load-recipe.ts';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

describe('the recipe for when no nudge comes', () => {
  const ask = async (loop: LoopClient): Promise<string> =>
    (await loadRecipe<{ whyNoNudge: () => Promise<string> }>('no-nudge-comes', 'whyNoNudge', loop)).whyNoNudge();

  /** A loop whose strategy fails as long as it is told to. */
  function setUp() {
    const strategy = { isBroken: false, isSilent: false };
    const failing: GoalFeedbackStrategy = {
      suggestActions(_history, actions) {
        if (strategy.isBroken) throw new Error('mine');
        return strategy.isSilent ? [] : [...actions];
      },
    };
    const loop = createTestLoop({
      goalState: { steps: 10_000 },
      maxAttempts: 1,
      strategy: { type: 'failing' },
      worker: { strategies: { failing: () => failing } },
    });
    return { loop, strategy };
  }

  test('names nudges that wait though an action is a dead letter, and names that too', async () => {
    const { loop, strategy } = setUp();
    strategy.isBroken = true;
    await loop.client.record({ steps: 1 });
    await loop.settle();
    strategy.isBroken = false;
    await loop.client.record({ steps: 2 });
    await loop.settle();
    expect(await ask(loop.client)).toMatch(/^1 nudges wait, 0 of them .*; 1 actions failed too often: strategy\.failed$/);
  });

  test('names a failure as what it is, a thing of the past, since an answer of nothing may have come behind it', async () => {
    const { loop, strategy } = setUp();
    strategy.isBroken = true;
    await loop.client.record({ steps: 1 });
    await loop.settle();
    const at = new Date(loop.clock.now()).toLocaleTimeString();
    strategy.isBroken = false;
    strategy.isSilent = true;
    await loop.client.record({ steps: 2 });
    await loop.advance(60_000);
    await loop.client.deadLetters.discard((await loop.client.deadLetters.list())[0]!);
    expect(await ask(loop.client)).toBe(`the last that is known of a strategy is that it failed, at ${at}: strategy.failed`);
  });

  test('names a goal that was given up, until there is a nudge again', async () => {
    const { loop, strategy } = setUp();
    const acknowledgeAll = async () => loop.client.acknowledge(await loop.client.nudges());
    await loop.client.record({ steps: 1 });
    await loop.settle();
    await acknowledgeAll();
    expect(await ask(loop.client)).toBe('every nudge was acknowledged, or the strategy suggests nothing');
    strategy.isBroken = true;
    await loop.client.setGoalState({ steps: 12_000 });
    await loop.settle();
    expect(await ask(loop.client)).toMatch(/^the last that is known of a strategy is that it failed, at .+: strategy\.failed$/);
    strategy.isBroken = false;
    await loop.client.record({ steps: 2 });
    await loop.settle();
    await acknowledgeAll();
    expect(await ask(loop.client)).toBe('every nudge was acknowledged, or the strategy suggests nothing');
  });
});

test('a toast goes when the browser destroyed the database: it could not be dismissed any more', async () => {
  const shown = new Set<object>();
  const createElement = () => {
    const element = { setAttribute: () => undefined, append: () => undefined, remove: () => void shown.delete(element) };
    return element;
  };
  vi.stubGlobal('document', { createElement, body: { append: (element: object) => void shown.add(element) } });
  const loop = createTestLoop({ goalState: { steps: 10_000 } });
  await loadRecipe('nudge-as-a-toast', 'takeDown', loop.client);
  await loop.client.record({ steps: 4_200 });
  await loop.settle();
  expect(shown.size).toBe(1);
  await loop.storage.loseDatabase();
  await loop.client.history();
  await loop.settle();
  expect(shown.size).toBe(0);
});

describe('the recipe about privacy', () => {
  test('erases again where it is not known whether it did', async () => {
    const loop = createTestLoop({ goalState: { steps: 10_000 } });
    await loop.client.record({ steps: 1 });
    const { forget } = await loadRecipe<{ forget: () => Promise<string> }>('export-import-erase', 'forget', loop.client);
    loop.storage.failNext(1);
    expect(await forget()).toMatch(/^Removed: 1 actions and 1 nudges of 1 loops/);
    expect(await loop.client.history()).toEqual([]);
  });

  test('takes the worker away wherever its script is, also one that waits or is not there yet, and no other', async () => {
    const gone: string[] = [];
    const registration = (path: string, state: 'active' | 'waiting' | 'installing') => {
      const scriptURL = `https://app.example${path}`;
      return { active: null, waiting: null, installing: null, [state]: { scriptURL }, unregister: async () => void gone.push(`${state} ${path}`) };
    };
    const ours = '/my-app/nudgeloop/service-worker.js';
    const registrations = [
      registration(ours, 'active'),
      registration(`${ours}?database=user-7`, 'waiting'),
      registration(`${ours}?database=user-8`, 'installing'),
      registration('/nudgeloop/service-worker.js', 'active'),
      registration('/sw.js', 'active'),
    ];
    const databases: string[] = [];
    vi.stubGlobal('navigator', { serviceWorker: { getRegistrations: async () => registrations } });
    vi.stubGlobal('indexedDB', { deleteDatabase: (name: string) => void databases.push(name) });
    const { removeNudgeloop } = await loadRecipe<{ removeNudgeloop: (database: string, script?: string) => Promise<void> }>('export-import-erase', 'removeNudgeloop');
    await removeNudgeloop('user-7', ours);
    expect(gone).toEqual([`active ${ours}`, `waiting ${ours}?database=user-7`, `installing ${ours}?database=user-8`]);
    expect(databases).toEqual(['user-7']);
  });

  test('takes the worker of an app below a path away by itself: with the Vite plugin, its developer never wrote where it is', async () => {
    const gone: string[] = [];
    const registrations = ['/app/nudgeloop/service-worker.js', '/nudgeloop/service-worker.js', '/sw.js'].map((path) => {
      const active = { scriptURL: `https://app.example${path}` };
      return { active, waiting: null, installing: null, unregister: async () => void gone.push(path) };
    });
    vi.stubGlobal('navigator', { serviceWorker: { getRegistrations: async () => registrations } });
    vi.stubGlobal('indexedDB', { deleteDatabase: () => undefined });
    const { removeNudgeloop } = await loadRecipe<{ removeNudgeloop: () => Promise<void> }>('export-import-erase', 'removeNudgeloop');
    await removeNudgeloop();
    expect(gone).toEqual(['/app/nudgeloop/service-worker.js', '/nudgeloop/service-worker.js']);
  });
});

test('a warning of the worker comes to monitoring from each open page and from the worker, every time as the same one', async () => {
  const posted: string[] = [];
  vi.stubGlobal('navigator', { sendBeacon: (_url: string, body: string) => void posted.push(body) });
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => void posted.push(body));
  const sinks: LogSink[] = [];
  const take = ({ logSinks }: { logSinks: LogSink[] }) => void sinks.push(...logSinks);
  vi.doMock('nudgeloop', () => ({ createNudgeloop: take }));
  vi.doMock('nudgeloop/worker', () => ({ startWorker: take }));
  await loadRecipe('handling-errors', 'startWorker');
  await loadRecipe('handling-errors', 'sendBeacon');
  vi.resetModules();
  await loadRecipe('handling-errors', 'sendBeacon');
  const [ofWorker, ofPage, ofOther] = sinks as [LogSink, LogSink, LogSink];
  const failing: GoalFeedbackStrategy = {
    suggestActions() {
      throw new Error('mine');
    },
  };
  const loop = createTestLoop({
    goalState: { steps: 10_000 },
    strategy: { type: 'failing' },
    logSinks: [ofPage],
    worker: { strategies: { failing: () => failing }, logSinks: [ofWorker] },
  });
  await loop.openTab({ goalState: { steps: 10_000 }, strategy: { type: 'failing' }, logSinks: [ofOther] }).client.ready;
  await loop.client.record({ steps: 1 });
  await loop.settle();
  const failures = posted.map((body) => JSON.parse(body) as { at: number; code: string }).filter(({ code }) => code === 'strategy.failed');
  expect(failures.map(({ at }) => at)).toEqual(Array(3).fill(loop.clock.now()));

  // Hundreds of one code are a few messages.
  posted.length = 0;
  for (let n = 0; n < 300; n += 1) ofPage({ level: 'warn', at: n, code: 'storage.degraded' });
  expect(posted.map((body) => (JSON.parse(body) as { count: number }).count)).toEqual([1, 10, 100]);
});
