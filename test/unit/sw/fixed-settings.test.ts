import { expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';

const saying = (who: string): GoalFeedbackStrategy => ({ trusted: true, suggestActions: (_history, actions) => actions.map(() => ({ who })) });

test('a worker that no longer fixes a strategy goes on with the one that the page asked for, before any page greets it', async () => {
  const strategies = { gentle: () => saying('gentle') };
  const loop = createTestLoop({ strategy: { type: 'gentle' }, strategies, goalState: { steps: 10 }, worker: { strategy: saying('fixed') } });
  await loop.client.record({ steps: 1 });
  await loop.restartWorker({ strategies });
  await loop.client.record({ steps: 2 });
  expect((await loop.client.nudges()).flatMap(({ suggestions }) => suggestions)).toMatchObject([{ who: 'fixed' }, { who: 'gentle' }]);
});

test("a setting that the worker leaves undefined is the page's, as one that it does not name", async () => {
  const loop = createTestLoop({ retentionLimit: 2, worker: { settings: { retentionLimit: undefined, retentionWindow: undefined, outboxLimit: 5 } } });
  await loop.client.record([{ steps: 1 }, { steps: 2 }, { steps: 3 }]);
  expect(await loop.client.history()).toHaveLength(2);
});
