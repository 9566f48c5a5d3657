import { createSimulatedClock, judge } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { gentle } from './gentle-strategy.ts';

const goalState = { steps: 10_000 };

test('the gentle strategy asks for a little more', async () => {
  const { suggestions, analysis } = await judge(gentle, {
    history: [{ steps: 4_000 }, { steps: 4_200 }],
    actions: { steps: 4_500 },
    goalState,
    now: Date.UTC(2025, 0, 6),
  });
  expect(suggestions[0]).toMatchObject({ steps: 4_750, timestamp: '2025-01-06T00:00:00.000Z' });
  expect(analysis['steps']).toMatchObject({ current: 4_200, gap: 5_800, baseline: 4_000, trend: 'toward_goal' });
});

test.each([
  ['never for more than the goal', [], 9_900, [{ steps: 10_000 }]],
  ['for nothing after a sick day', [{ steps: 100, isSick: true }], 200, []],
])('it asks %s', async (_what, history, steps, expected) => {
  const { suggestions } = await judge(gentle, { history, actions: { steps }, goalState });
  expect(suggestions).toMatchObject(expected);
});

test('a strategy that hangs is refused after its five seconds, and the test does not wait for them', async () => {
  const hanging = { suggestActions: () => new Promise<never>(() => undefined) };
  await expect(judge(hanging, { actions: { steps: 1 }, goalState })).rejects.toMatchObject({ code: 'strategy.timeout' });
});

test('time may be in the hands of the test', async () => {
  const clock = createSimulatedClock();
  const slow = {
    suggestActions: () => new Promise<never[]>((resolve) => void clock.schedule(3_000, () => resolve([]))),
  };
  const judging = judge(slow, { actions: { steps: 1 }, goalState }, { clock });
  clock.advance(3_000);
  expect(await judging).toEqual({ suggestions: [], analysis: {} });
});
