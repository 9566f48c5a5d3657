import { createTestLoop } from 'nudgeloop/testing';
import type { LoopClient, Nudge } from 'nudgeloop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadRecipe } from '../../guides/load-recipe.ts';

interface Recipe {
  pauseUntil(time: number): void;
  showSometimes(loop: LoopClient, show: (nudge: Nudge) => void): () => void;
}

const HOUR = 3_600_000;
/** By the clock of whoever runs the test. */
const NOON = new Date(2026, 0, 5, 12).getTime();

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A visible page with the recipe at work, and what it showed. */
async function setUp() {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => void stored.set(key, value) });
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  const loop = createTestLoop({ goalState: { steps: 10_000 } });
  const recipe = await loadRecipe<Recipe>('fewer-nudges', 'showSometimes');
  const shown: number[] = [];
  const stop = recipe.showSometimes(loop.client, ({ seq }) => shown.push(seq));
  const record = async (): Promise<void> => {
    await loop.client.record({ steps: 4_000 });
    await loop.settle();
    vi.advanceTimersByTime(1_000);
  };
  const waiting = async (): Promise<number[]> => (await loop.client.nudges()).map(({ seq }) => seq);
  return { loop, page, recipe, shown, stop, record, waiting };
}

test('the first nudge is shown soon, and the next when the pause is over: the newest, and the older ones are done with', async () => {
  const { shown, record, waiting } = await setUp();
  await record();
  await record();
  await record();
  expect(shown).toEqual([0]);
  vi.advanceTimersByTime(4 * HOUR - 60_000);
  expect(shown).toEqual([0]);
  vi.advanceTimersByTime(120_000);
  expect(shown).toEqual([0, 2]);
  expect(await waiting()).toEqual([2]);
});

test('what nobody acknowledged is shown again after the pause, and what was acknowledged is not', async () => {
  const { loop, shown, record } = await setUp();
  await record();
  vi.advanceTimersByTime(4 * HOUR + 60_000);
  expect(shown).toEqual([0, 0]);
  await loop.client.acknowledge(await loop.client.nudges());
  vi.advanceTimersByTime(8 * HOUR);
  expect(shown).toEqual([0, 0]);
});

test('nothing is shown at night or in a hidden page, and it is in the morning, or when the page is visible again', async () => {
  const { page, shown, record } = await setUp();
  vi.setSystemTime(NOON + 10 * HOUR);
  await record();
  vi.advanceTimersByTime(9 * HOUR);
  expect(shown).toEqual([]);
  page.visibilityState = 'hidden';
  vi.advanceTimersByTime(2 * HOUR);
  expect(shown).toEqual([]);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  expect(shown).toEqual([0]);
});

test('"not now" is kept to, and nothing is shown after the end', async () => {
  const { recipe, shown, stop, record } = await setUp();
  recipe.pauseUntil(NOON + HOUR);
  await record();
  vi.advanceTimersByTime(HOUR - 60_000);
  expect(shown).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(shown).toEqual([0]);
  stop();
  vi.advanceTimersByTime(8 * HOUR);
  expect(shown).toEqual([0]);
});

test('of the nudges that wait when the page is opened, the newest is shown', async () => {
  const { loop, recipe, stop, record } = await setUp();
  stop();
  for (let n = 0; n < 150; n += 1) await record();
  recipe.pauseUntil(0);
  const shown: number[] = [];
  recipe.showSometimes(loop.reload(), ({ seq }) => shown.push(seq));
  await loop.settle();
  vi.advanceTimersByTime(1_000);
  expect(shown).toEqual([149]);
});
