import { beforeEach, expect, test } from 'vitest';
import { showGaps } from '../../../demo/views/gaps-view.ts';
import { openDemoPage, place, textOf } from './demo-page.ts';
import { viewOf } from './loop-view.ts';

beforeEach(openDemoPage);

test('a goal that is not quite reached is not told as reached', () => {
  const show = (current: number): void => {
    const steps = { goal: 10_000, current, gap: 10_000 - current, baseline: 5_000, trend: 'toward_goal' as const, progressRatio: (current - 5_000) / 5_000 };
    showGaps(viewOf({ goalState: { steps: 10_000 }, lastAnalysis: { steps } }));
  };
  show(9_999.5);
  expect(place('gap').textContent).toContain('0.5 below the goal');
  expect(place('gap').textContent).toContain('99 % of the way');
  show(10_000);
  expect(place('gap').textContent).toContain('100 % of the way');
});

test('a goal that is named like what every object has is unknown until it is recorded', () => {
  const newest = { seq: 1, at: 0, action: { steps: 12, timestamp: 't' } };
  const loop = { goalState: { toString: 5 }, history: { count: 2, nextSeq: 2 } } as unknown as Parameters<typeof viewOf>[0];
  showGaps({ ...viewOf(loop), newest });
  expect(place('gap-unknown').querySelector('h3')?.textContent).toBe('toString');
  expect(textOf('gap-newest')).toBe('–');
});

test('text in a metric’s place does not look like a number', () => {
  const newest = { seq: 1, at: 0, action: { steps: '12', timestamp: 't' } };
  showGaps({ ...viewOf({ goalState: { steps: 10 }, history: { count: 2, nextSeq: 2 } }), newest });
  expect(textOf('gap-newest')).toBe('"12"');
});
