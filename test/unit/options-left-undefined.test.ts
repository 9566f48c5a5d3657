import {
  AsyncFeedbackEventBus, createMemoryPersistence, createSimulatedClock, FeedbackEventBus, GoalDrivenFeedbackLoop,
  GoalFeedbackWorker, GoalStateTracker, PersonalityGoalFeedbackStrategy, SimpleGoalFeedbackStrategy,
  type AsyncFeedbackEventBusOptions, type FeedbackEventBusOptions, type GoalDrivenFeedbackLoopOptions, type GoalFeedbackWorkerOptions,
  type GoalStateTrackerOptions, type MemoryPersistenceOptions, type PersonalityGoalFeedbackStrategyOptions, type SimpleGoalFeedbackStrategyOptions,
} from 'nudgeloop/core';
import type { ClientOptions, DeadLetterRange, HistoryRange, LoopOptions, Nudge, ServiceWorkerOptions } from 'nudgeloop';
import { createTestLoop, judge, type JudgeOptions, type TestLoopOptions, type TestWorkerOptions } from 'nudgeloop/testing';
import { nudgeloop } from 'nudgeloop/vite';
import { expect, test } from 'vitest';
import { createClient } from '../../src/page/client.ts';
import { workerLocation } from '../../src/page/worker/worker-location.ts';
import { createSimulatedBrowser } from '../../src/testing/browser/simulated-browser.ts';
import { renderNotification } from '../../sw/notifications/render-notification.ts';

/** Each option of an interface that may be left out, as undefined. That none is missing below, and that each may be it, the compiler checks. */
type Undefined<Options> = { readonly [Name in keyof Options as object extends Pick<Options, Name> ? Name : never]-?: undefined };

const tuning = {
  retentionLimit: undefined, retentionWindow: undefined, timestampField: undefined, pollInterval: undefined, outboxLimit: undefined,
  pendingLimit: undefined, deadLetterLimit: undefined, maxAttempts: undefined, storageLimit: undefined,
};
const ofLoop: Undefined<LoopOptions> & LoopOptions = { ...tuning, goalState: undefined, strategy: undefined };
const ofTab = {
  ...ofLoop, loop: undefined, fallback: undefined, strategies: undefined, deadline: undefined, queueLimit: undefined, listenerLimit: undefined, logSinks: undefined,
};
const ofClient: Undefined<ClientOptions> & ClientOptions = { ...ofTab, database: undefined, serviceWorker: undefined, clock: undefined, newId: undefined };
const ofScript: Undefined<ServiceWorkerOptions> & ServiceWorkerOptions = { url: undefined, scope: undefined, type: undefined };
const ofWorker: Undefined<TestWorkerOptions> & TestWorkerOptions = {
  strategy: undefined, strategies: undefined, loops: undefined, settings: undefined, sources: undefined, strategyDeadline: undefined, logSinks: undefined,
};
const ofTest: Undefined<TestLoopOptions> & TestLoopOptions = {
  ...ofTab, worker: undefined, serviceWorker: undefined, persistence: undefined, start: undefined, seed: undefined,
};
const range: Undefined<HistoryRange> & HistoryRange & Undefined<DeadLetterRange> & DeadLetterRange = { limit: undefined, before: undefined, from: undefined, to: undefined };

/** All that an app sees, whose ids and times are the same in each test loop. */
async function seenIn(options: TestLoopOptions): Promise<unknown> {
  const loop = createTestLoop(options);
  const { client } = loop;
  await client.setGoalState({ steps: 10_000 });
  await client.record([{ steps: 4_200 }, { steps: 4_300 }]);
  await loop.advance(60_000);
  const seen = [await client.inspect(), await client.nudges(), await client.history(), await client.export()];
  loop.dispose();
  return seen;
}

test.each(Object.keys(ofTest))('the option %s of a test loop may be undefined, as if it were left out', async (name) => {
  expect(await seenIn({ [name]: undefined })).toEqual(await seenIn({}));
});

test.each([...Object.keys(ofWorker), 'database', 'durability', 'surface'])('so may the option %s of a worker', async (name) => {
  expect(await seenIn({ worker: { [name]: undefined } })).toEqual(await seenIn({}));
});

test.each(Object.keys(ofClient))('so may the option %s of a client', async (name) => {
  const seen = async (options: ClientOptions) => {
    // Without a worker, so that the page's own part of the options is at work too.
    const { realm } = createSimulatedBrowser({ start: 0, seed: 1 }).openPage({ support: 'unsupported' });
    const client = createClient(options, realm);
    await client.record({ steps: 1 });
    const seen = [await client.inspect(), await client.loop('other', { [name in ofLoop ? name : 'goalState']: undefined }).inspect()];
    client.dispose();
    return seen;
  };
  expect(await seen({ [name]: undefined })).toEqual(await seen({}));
});

test('so may where a script is', () => {
  for (const database of ['nudgeloop', 'user-7']) expect(workerLocation(ofScript, database)).toEqual(workerLocation({}, database));
});

test('so may what a notification shows, and where the Vite plugin puts the script', async () => {
  const render = () => ({ title: 'Go on', body: undefined, icon: undefined, url: undefined });
  const realm = { clock: createSimulatedClock(0), origin: 'https://app.example' };
  expect(await renderNotification(render, {} as Nudge, realm)).toStrictEqual({ title: 'Go on' });
  expect(() => nudgeloop({ path: undefined, scope: undefined })).not.toThrow();
});

test('so may each bound of a range, and what an erasure is of', async () => {
  const loop = createTestLoop({ goalState: { steps: 10 }, maxAttempts: 1, worker: { strategy: { suggestActions: () => Promise.reject(new Error('mine')) } } });
  const { client } = loop;
  await client.record([{ steps: 1 }, { steps: 2 }]);
  await loop.advance(60_000);
  expect(await client.history(range)).toEqual(await client.history());
  expect(await client.deadLetters.list(range)).toHaveLength(2);
  expect(await client.erase({ all: undefined })).toMatchObject({ loops: ['default'] });
});

test('so may what a strategy is judged with', async () => {
  const ofJudge: Undefined<JudgeOptions> & JudgeOptions = { deadline: undefined, timestampField: undefined, clock: undefined };
  const strategy = new SimpleGoalFeedbackStrategy();
  const given = { actions: { steps: 4_200 }, goalState: { steps: 10_000 } };
  expect(await judge(strategy, { ...given, history: undefined, now: undefined }, ofJudge)).toEqual(await judge(strategy, given));
});

test('so may what the parts of the loop take', async () => {
  const ofDirect: Undefined<GoalDrivenFeedbackLoopOptions> = {
    ...{ retentionLimit: undefined, retentionWindow: undefined, timestampField: undefined, storageLimit: undefined, strategyDeadline: undefined },
    ...{ goalState: undefined, persistence: undefined, name: undefined, guardsClock: undefined, clock: undefined, log: undefined },
  };
  const ofCore: Undefined<GoalFeedbackWorkerOptions> = {
    ...tuning, name: undefined, bus: undefined, sources: undefined, guardsClock: undefined, strategyDeadline: undefined,
    ...{ clock: undefined, newId: undefined, log: undefined, exclusively: undefined },
  };
  const ofSimple: SimpleGoalFeedbackStrategyOptions & Undefined<SimpleGoalFeedbackStrategyOptions> = { oneDirectionLayers: undefined };
  const ofPersonality: PersonalityGoalFeedbackStrategyOptions & Undefined<PersonalityGoalFeedbackStrategyOptions> = { personality: undefined, oneDirectionLayers: undefined };
  const ofMemory: MemoryPersistenceOptions & Undefined<MemoryPersistenceOptions> = { newId: undefined, log: undefined };
  const ofTracker: GoalStateTrackerOptions & Undefined<GoalStateTrackerOptions> = { backend: undefined, log: undefined };
  const ofBus: FeedbackEventBusOptions & Undefined<FeedbackEventBusOptions> = { log: undefined };
  const ofAsyncBus: AsyncFeedbackEventBusOptions & Undefined<AsyncFeedbackEventBusOptions> = { capacity: undefined, log: undefined };
  const clock = createSimulatedClock(0);
  const [action] = [{ steps: 4_200 }];
  const suggestions = [
    await new GoalDrivenFeedbackLoop({ ...ofDirect, strategy: new SimpleGoalFeedbackStrategy(ofSimple), goalState: { steps: 10_000 }, clock }).suggestActions([], [action]),
    await new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy(), goalState: { steps: 10_000 }, clock }).suggestActions([], [action]),
  ];
  expect(suggestions[0]).toEqual(suggestions[1]);
  const persistence = createMemoryPersistence(ofMemory);
  const worker = new GoalFeedbackWorker({ ...ofCore, strategy: new PersonalityGoalFeedbackStrategy(ofPersonality), persistence });
  expect(await worker.record(action)).toMatchObject({ count: 1 });
  expect(await new GoalStateTracker(ofTracker).update({ steps: 1 })).toMatchObject({ changed: true });
  expect(() => [new FeedbackEventBus(ofBus), new AsyncFeedbackEventBus(ofAsyncBus)]).not.toThrow();
});
