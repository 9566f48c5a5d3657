import { createNudgeloop, type ActionInput, type GoalInput } from 'nudgeloop';
import { createMemoryActionSource, createMemoryPersistence, GoalDrivenFeedbackLoop, GoalFeedbackWorker, SimpleGoalFeedbackStrategy, systemIds, type ActionSource } from 'nudgeloop/core';
import { createTestLoop, judge } from 'nudgeloop/testing';

// An app has interfaces for its rows. TypeScript never takes one for a record, though at run time it is one.
interface Day {
  readonly timestamp: Date;
  readonly steps: number;
}
interface Target {
  readonly steps: number;
}
declare const day: Day;
declare const days: readonly Day[];
declare const target: Target;
declare const record: Record<string, unknown>;

const client = createNudgeloop({ goalState: target });
void client.record(day);
void client.record(days);
void client.record([day, { mood: 'fine' }, record]);
void client.record({ ...day, mood: 'fine' });
void client.setGoalState(target);
void client.suggestActions(days, [day]);

const strategy = new SimpleGoalFeedbackStrategy();
const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: target });
void loop.suggestActions(days, day);
void loop.extendHistory(days);
void loop.setGoalState(target);
const worker = new GoalFeedbackWorker({ strategy, persistence: createMemoryPersistence({ newId: systemIds }) });
void worker.record(days);
void worker.handleEvent({ type: 'actions', actions: day });
void worker.handleEvent({ type: 'goal', goalState: target });
createMemoryActionSource('days').push(day);
export const source: ActionSource = { name: 'days', poll: async () => ({ actions: days, cursor: null }) };

void judge(strategy, { history: days, actions: day, goalState: target });
createTestLoop({ goalState: target });

// Both are what they were for who holds one.
export const action: ActionInput = { steps: 4_200, timestamp: new Date() };
export const goal: GoalInput = { steps: 10_000 };

// What is no plain object stays out, before it is refused at run time.
// @ts-expect-error an await was forgotten
void client.record(Promise.resolve(day));
// @ts-expect-error and in a list
void client.record([Promise.resolve(day)]);
// @ts-expect-error a date alone
void client.record(new Date());
// @ts-expect-error a map
void client.record(new Map([['steps', 1]]));
// @ts-expect-error a function
void client.record(() => day);
// @ts-expect-error a list of lists
void client.record([days]);
// @ts-expect-error text
void client.record('walked');
// @ts-expect-error nothing
void client.record(undefined);
// @ts-expect-error a list is no goal
void client.setGoalState([target]);
// @ts-expect-error a forgotten await
void client.setGoalState(Promise.resolve(target));
// @ts-expect-error nor is a number
void client.setGoalState(10_000);
