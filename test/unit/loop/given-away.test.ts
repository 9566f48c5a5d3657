import { expect, test } from 'vitest';
import { createMemoryPersistence, GoalDrivenFeedbackLoop, GoalStateTracker, SimpleGoalFeedbackStrategy, type FeedbackBus, type FeedbackEvent } from 'nudgeloop/core';
import { counting, createHarness, createOwnStrategy } from './harness.ts';

test('what a listener does with its nudge changes neither the goal nor the outbox nor the history', async () => {
  const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy());
  await worker.setGoalState({ steps: 10 });
  await worker.record({ steps: 1, tags: ['a'] });
  const [{ goalState, analysis, suggestions }] = nudges as [(typeof nudges)[0]];
  const stored = () => worker.read(async (tx, state) => [state.goalState, state.analysis, await tx.readForward('outbox', 0, 1), await tx.readForward('history', 0, 1)]);
  const before = await stored();
  (goalState as Record<string, unknown>)['steps'] = -1;
  (analysis as Record<string, unknown>)['steps'] = -1;
  (suggestions[0]!['tags'] as string[]).push('b');
  suggestions.length = 0;
  // The next change begins from what this one left.
  await worker.record({ heart: 2 });
  expect((await stored()).slice(2)).toEqual(before.slice(2));
  expect((await stored())[0]).toEqual({ steps: 10 });
});

test('what an app does with suggestions changes neither analysis nor history', async () => {
  const loop = new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy(), goalState: { steps: 10 } });
  await loop.extendHistory([{ steps: 1 }]);
  const [suggestion] = await loop.suggestActions([], [{ steps: 2, tags: ['a'] }]);
  const analysis = await loop.lastAnalysis();
  (suggestion!['tags'] as string[]).push('b');
  Object.assign(suggestion!.goalFeedback!.analysis['steps']!, { goal: -1 });
  await loop.extendHistory([{ steps: 3 }]);
  expect((await loop.history())[1]).toMatchObject({ tags: ['a'] });
  expect(await loop.lastAnalysis()).toEqual(analysis);
});

test('what an app does with a goal that it set or read does not change the goal that a tracker keeps', async () => {
  const tracker = new GoalStateTracker();
  const { goalState } = await tracker.update({ steps: 1 });
  Object.assign(goalState, { steps: 2 });
  Object.assign((await tracker.current())!, { steps: 3 });
  expect(await tracker.current()).toEqual({ steps: 1 });
  expect(await tracker.update({ steps: 2 })).toEqual({ changed: true, goalState: { steps: 2 } });
});

test('a bus that throws makes no change happen twice, nor look refused', async () => {
  const bus: FeedbackBus<FeedbackEvent> = {
    subscribe: () => () => undefined,
    publish() {
      throw new TypeError('no');
    },
  };
  const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { bus });
  await worker.setGoalState({ steps: 10 });
  expect(await Promise.all([worker.record({ steps: 1 }), worker.record({ steps: 2 })])).toMatchObject([{ count: 1 }, { count: 1 }]);
  expect(await worker.read(async (_tx, { history }) => history.count)).toBe(2);
  expect(logged).toContainEqual(expect.objectContaining({ code: 'bus.handler-failed', fields: { seen: 'TypeError' } }));
});

test('a strategy of an app costs one write for each call, not another one for the look at the history', async () => {
  const persistence = counting(createMemoryPersistence({ newId: () => 'epoch' }));
  const loop = new GoalDrivenFeedbackLoop({ strategy: createOwnStrategy(), persistence, goalState: { steps: 1 } });
  await loop.extendHistory([{ steps: 1 }]);
  const { documents } = persistence.counts;
  await loop.suggestActions([], [{ steps: 2 }]);
  expect(persistence.counts.documents - documents).toBe(1);
});
