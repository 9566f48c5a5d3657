import type { Nudge } from 'nudgeloop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNudgesView } from '../../../demo/views/nudges-view.ts';
import { openDemoPage, textOf } from './demo-page.ts';

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

test('nothing is told of the loop that was shown before', async () => {
  const { announce, clear } = createNudgesView(async () => undefined);
  announce(NUDGE);
  await vi.runAllTimersAsync();
  announce(NUDGE);
  clear();
  await vi.runAllTimersAsync();
  expect(heard()).toBe('');
});
