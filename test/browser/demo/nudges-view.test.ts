import type { Nudge } from 'nudgeloop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNudgesView } from '../../../demo/views/nudges-view.ts';
import { openDemoPage, place, textOf } from './demo-page.ts';
import { letterOf, viewOf } from './loop-view.ts';

beforeEach(() => {
  openDemoPage();
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const NUDGE: Nudge = {
  id: 'n1',
  loop: 'person-1',
  seq: 1,
  cause: 'actions',
  createdAt: 1_000,
  goalState: { steps: 10_000 },
  suggestions: [{ steps: 7_500, goalFeedback: { analysis: {} } }],
  analysis: {},
} as unknown as Nudge;

const heard = (): string | null => textOf('nudge-announcer');

test('nudges that come together are told together, and the same words are told a second time', async () => {
  const { announce } = createNudgesView(async () => undefined);
  announce(NUDGE);
  announce(NUDGE);
  expect(heard()).toBe('');
  await vi.runAllTimersAsync();
  expect(heard()).toBe('2 nudges arrived. The newest suggests Steps 7,500.');

  // A screen reader tells what changes, so the same words must go first.
  announce(NUDGE);
  announce(NUDGE);
  expect(heard()).toBe('');
  await vi.runAllTimersAsync();
  expect(heard()).toBe('2 nudges arrived. The newest suggests Steps 7,500.');
});

test('a goal that is named like what every object has is shown like others, and told', async () => {
  const { show, announce } = createNudgesView(async () => undefined);
  const nudge = { ...NUDGE, goalState: { steps: 10_000, toString: 'x' } } as unknown as Nudge;
  show({ ...viewOf(), nudges: [nudge] });
  const cells = [...place('nudge').querySelectorAll('[data-metric=toString] td')].map(({ textContent }) => textContent);
  expect(cells).toEqual(['–', '–', 'x']);
  announce(nudge);
  await vi.runAllTimersAsync();
  expect(heard()).toBe('1 nudge arrived. The newest suggests Steps 7,500, toString –.');
});

test('nothing is told of the loop that was shown before', async () => {
  const { announce, clear } = createNudgesView(async () => undefined);
  announce(NUDGE);
  await vi.runAllTimersAsync();
  announce(NUDGE);
  clear();
  await vi.runAllTimersAsync();
  expect(heard()).toBe('');
});

test('actions that wait or were set aside are told in place of their nudges, and announced once the numbers stand still', async () => {
  const { show, clear } = createNudgesView(async () => undefined);
  const missing = (pending: number, letters: number): void =>
    show(viewOf({ pending: { count: pending, items: [] }, deadLetters: { count: letters, items: letters === 0 ? [] : [letterOf(1)] } }));
  missing(0, 0);
  expect(place('nudges-missing').hidden).toBe(true);
  expect(textOf('nudges-hint')).toBe('No nudges are waiting. Set a goal to get some.');

  missing(2, 0);
  missing(1, 1);
  expect(place('nudges-missing').hidden).toBe(false);
  expect(textOf('nudges-missing-text')).toBe('1 pending call and 1 dead letter without a nudge.');
  expect(textOf('nudges-hint')).toBe('No nudges are waiting.');
  expect(heard()).toBe('');
  await vi.runAllTimersAsync();
  expect(heard()).toBe('1 pending call and 1 dead letter without a nudge.');

  clear();
  expect(place('nudges-missing').hidden).toBe(true);
  missing(0, 3);
  clear();
  await vi.runAllTimersAsync();
  expect(heard()).toBe('');
});
