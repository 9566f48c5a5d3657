import { createMemoryPersistence, GoalFeedbackWorker, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { settle } from './fake-browser.ts';

test('a poke brings the page what a worker of nudgeloop/core stored beside it', async () => {
  const persistence = { ...createMemoryPersistence(), durable: true };
  const { client, clock } = createTestLoop({ persistence, goalState: { steps: 10_000 } });
  const heard: unknown[] = [];
  client.on('nudge', ({ suggestions }) => heard.push(suggestions[0]?.['steps']));
  await client.ready;
  // The first poll is over.
  await settle();
  const beside = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence, clock });
  await beside.record({ steps: 4_000 });
  await settle();
  expect(heard).toEqual([]);
  await client.poke();
  await settle();
  expect(heard).toEqual([5_000]);
  expect(client.state().unacknowledged).toHaveLength(1);
  expect(await beside.acknowledge(await beside.nudges())).toBe(1);
  expect(await client.nudges()).toEqual([]);
  client.dispose();
});
