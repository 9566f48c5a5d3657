// Compiled, not run: shapes in strategies, tests, stores, React and workers.
import { createNudgeloop, type GoalFeedbackStrategy, type StrategyFactory } from 'nudgeloop';
import { createMemoryPersistence, FeedbackEventBus, GoalDrivenFeedbackLoop, GoalFeedbackWorker, SimpleGoalFeedbackStrategy, type FeedbackEvent } from 'nudgeloop/core';
import { NudgeloopProvider, useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { goalStoreOf, storeOf } from 'nudgeloop/store';
import { createTestLoop, judge } from 'nudgeloop/testing';
import { createNudgeSurface, showNudges, startWorker, type ActionSource } from 'nudgeloop/worker';
import { createElement } from 'react';

interface Walking {
  action: { steps: number; note?: string };
  goal: { steps: number };
}
interface Telling extends Walking {
  suggestion: { text: string };
}
interface Sleeping {
  action: { hours: number };
  goal: { hours: number };
}

// A strategy is typed where it is written; a client or a worker takes those of all loops.
const gentle: GoalFeedbackStrategy<Walking> = {
  lookback: 7,
  suggestActions: (history, actions, goal, { analysis }) =>
    actions.map((action) => ({ ...action, steps: Math.min(goal.steps, (history.at(-1)?.steps ?? 0) + (analysis.steps?.gap ?? 250)) })),
};
const telling: GoalFeedbackStrategy<Telling> = { suggestActions: async (_history, actions) => actions.map(({ steps }) => ({ text: `${steps}` })) };
const asleep: StrategyFactory<Sleeping> = () => ({ suggestActions: (_history, actions) => actions.map(({ hours }) => ({ hours: hours + 1 })) });
const strategies = { gentle: () => gentle, telling: () => telling, asleep };
export const client = createNudgeloop<Walking>({ strategies, strategy: { type: 'gentle' } });
startWorker({ strategies });
startWorker({ strategy: gentle });
// @ts-expect-error a typo
export const typo: GoalFeedbackStrategy<Walking> = { suggestActions: (_history, actions) => actions.map(({ stepz }) => ({ steps: Number(stepz) })) };
// @ts-expect-error what it suggests is not what the shapes say
export const other: GoalFeedbackStrategy<Telling> = { suggestActions: (_history, actions) => actions };

// Sources and surfaces.
const source: ActionSource<Walking> = { name: 'pedometer', poll: () => ({ actions: [{ steps: 1, timestamp: new Date() }], cursor: 1 }) };
startWorker({ sources: [source], surface: showNudges<Walking>({ render: ({ suggestions: [next] }) => (next ? { title: next.steps.toFixed() } : null) }) });
createNudgeSurface<Walking>(({ nudges }) => ({ told: async () => void (await nudges('default', -1, 1))[0]?.suggestions[0]?.steps.toFixed(), stop: () => undefined }));
// @ts-expect-error a typo
export const badSource: ActionSource<Walking> = { name: 'pedometer', poll: () => ({ actions: [{ stepz: 1 }], cursor: 1 }) };
// @ts-expect-error a typo
showNudges<Walking>({ render: ({ suggestions: [next] }) => (next ? { title: next.stepz } : null) });

// The loop by itself.
const loop = new GoalDrivenFeedbackLoop<Walking>({ strategy: new SimpleGoalFeedbackStrategy(), goalState: { steps: 1 } });
(await loop.suggestActions([], { steps: 1 }))[0]?.steps.toFixed();
(await loop.history())[0]?.note?.trim();
(await loop.goalState())?.steps.toFixed();
(await loop.lastAnalysis()).steps?.gap.toFixed();
const bus = new FeedbackEventBus<FeedbackEvent<Walking>>();
bus.subscribe((event) => void (event.type === 'nudge' && event.nudge.suggestions[0]?.steps.toFixed()));
const worker = new GoalFeedbackWorker<Walking>({ strategy: gentle, persistence: createMemoryPersistence(), bus });
(await worker.record({ steps: 1 })).nudges[0]?.suggestions[0]?.steps.toFixed();
await worker.handleEvent({ type: 'goal', goalState: { steps: 1 } });
await worker.acknowledge(await worker.nudges());
// @ts-expect-error a typo
void loop.extendHistory([{ stepz: 1 }]);
// @ts-expect-error a typo
void worker.handleEvent({ type: 'actions', actions: { stepz: 1 } });
// @ts-expect-error a typo
void worker.setGoalState({ stepz: 1 });
// @ts-expect-error a typo
bus.publish({ type: 'actions', actions: { stepz: 1 } });

// Tests. What is judged has the shapes of the strategy.
const test = createTestLoop<Walking>({ goalState: { steps: 10_000 } });
void test.client.record({ steps: 1 });
test.openTab({ goalState: { steps: 1 } }).client.on('nudge', ({ suggestions: [next] }) => next?.steps.toFixed());
(await judge(gentle, { actions: { steps: 1 }, goalState: { steps: 2 } })).suggestions[0]?.steps.toFixed();
(await judge(telling, { actions: { steps: 1 }, goalState: { steps: 2 } })).suggestions[0]?.text.trim();
void (await judge(new SimpleGoalFeedbackStrategy(), { actions: { any: 1 }, goalState: { any: 2 } })).suggestions[0]?.['any'];
// @ts-expect-error a typo
void test.client.record({ stepz: 1 });
// @ts-expect-error a typo
void judge(gentle, { actions: { stepz: 1 }, goalState: { steps: 2 } });

// Stores have the shapes of their loop.
storeOf(client).getSnapshot().unacknowledged[0]?.suggestions[0]?.steps.toFixed();
goalStoreOf(client).subscribe((goal) => goal?.steps.toFixed());
goalStoreOf(createNudgeloop()).subscribe((goal) => goal?.['anything']);
// @ts-expect-error a typo
void goalStoreOf(client).getSnapshot()?.stepz;

// React: the hooks take the shapes, here or once for all components.
createElement(NudgeloopProvider, { client });
export const useWalking = useNudgeloop<Walking>;
export const useWalkingNudges = useNudges<Walking>;
export function useAll(): void {
  const [goal, setGoal] = useGoal<Walking>();
  const { loop, state } = useWalking();
  const { nudges, acknowledge } = useWalkingNudges();
  void loop.record({ steps: goal?.steps ?? 0 });
  void setGoal({ steps: state.goalState?.steps ?? 0 });
  void acknowledge(nudges);
  nudges[0]?.suggestions[0]?.steps.toFixed();
  // @ts-expect-error a typo
  void loop.record({ stepz: 1 });
  // @ts-expect-error a typo
  void setGoal({ stepz: 1 });
  // @ts-expect-error a typo
  void nudges[0]?.suggestions[0]?.stepz;
}
