import { expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';

const STRATEGY: GoalFeedbackStrategy = {
  trusted: true,
  suggestActions(_history, actions, goal) {
    if (goal['steps'] === 13) throw new Error('a defect of the app');
    return actions;
  },
};

/** A tab whose options bring the goal at which the strategy throws, over a loop with an action that it judges. */
async function openTab() {
  const loop = createTestLoop({ worker: { strategy: STRATEGY } });
  await loop.client.record({ steps: 1 });
  const { client } = loop.openTab({ goalState: { steps: 13 } });
  const logged: unknown[] = [];
  client.on('log', ({ level, code, fields }) => fields?.['reason'] === 'goal not stored' && logged.push([level, code, fields['code']]));
  return { loop, client, logged };
}

test('a goal of the options at which a trusted strategy throws keeps a page neither from reading nor from setting another', async () => {
  const { client, logged } = await openTab();
  await client.ready;
  expect(client.state()).toMatchObject({ phase: 'ready', error: null });
  expect(await client.history()).toHaveLength(1);
  expect((await client.export()).history).toHaveLength(1);
  await client.setGoalState({ steps: 20 });
  expect((await client.inspect()).loop.goalState).toEqual({ steps: 20 });
  expect(logged).toEqual([['warn', 'strategy.failed', 'strategy.failed']]);
});

test('it is asked again after ten seconds, and not with each call', async () => {
  const { loop, client, logged } = await openTab();
  for (let calls = 0; calls < 5; calls += 1) await client.history();
  expect(logged).toHaveLength(1);
  await loop.advance(10_000);
  await client.history();
  expect(logged).toHaveLength(2);
});
