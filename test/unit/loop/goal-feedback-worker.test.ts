import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSimulatedClock, FeedbackEventBus, GoalFeedbackWorker, SimpleGoalFeedbackStrategy, type FeedbackEvent } from 'nudgeloop/core';
import { withFaults } from 'nudgeloop/testing';
import { codesOf, createHarness, createOwnStrategy, goal } from './harness.ts';

describe('work on change only', () => {
  test('wake-ups with nothing new ask no strategy, write nothing, and read once', async () => {
    const strategy = createOwnStrategy();
    const { worker, persistence } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    const calls = strategy.calls;
    const before = { ...persistence.counts };
    for (let wake = 0; wake < 10; wake += 1) await worker.wake();
    expect(strategy.calls).toBe(calls);
    expect(persistence.counts.writes - before.writes).toBe(0);
    expect(persistence.counts.reads - before.reads).toBe(10);
  });

  test('a changed goal judges the latest action anew, an equal one does nothing', async () => {
    const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy());
    await worker.record([{ steps: 1_000 }, { steps: 4_000, note: 'walk' }]);
    expect(await worker.setGoalState({ steps: 8_000, mood: 'fine' })).toMatchObject({ changed: true });
    expect(await worker.setGoalState({ mood: 'fine', steps: 8_000 })).toMatchObject({ changed: false });
    expect(nudges).toHaveLength(1);
    expect(nudges[0]).toMatchObject({
      cause: 'goal',
      goalState: { steps: 8_000, mood: 'fine' },
      suggestions: [{ steps: 6_000, note: 'walk' }],
      analysis: { steps: { current: 4_000, baseline: 1_000, trend: 'toward_goal' } },
    });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(2);
  });

  test('the same holds for a strategy of the app', async () => {
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy);
    await worker.handleEvent({ type: 'actions', actions: { steps: 4_000 } });
    await worker.handleEvent({ type: 'goal', goalState: goal });
    await worker.handleEvent({ type: 'goal', goalState: { ...goal } });
    expect(strategy.calls).toBe(1);
    expect(nudges.map(({ cause }) => cause)).toEqual(['goal']);
  });

  test('old actions are pruned at a wake-up, without a new action', async () => {
    const { worker, clock } = createHarness(new SimpleGoalFeedbackStrategy(), { retentionWindow: { minutes: 1 } });
    await worker.record({ steps: 1 });
    clock.advance(30_000);
    await worker.record({ steps: 2 });
    clock.advance(45_000);
    await worker.wake();
    const state = await worker.read(async (_tx, current) => current);
    expect(state.history.count).toBe(1);
    expect(state.metrics['steps']?.value).toBe(2);
  });
});

test('an event that is stored, and whose advice the storage refuses, is not refused itself: passed again, it would count twice', async () => {
  const storage = withFaults(createMemoryPersistence());
  const strategy = createOwnStrategy((actions) => {
    storage.faults.failWrites('storage.blocked');
    return actions;
  });
  const { worker, logged, nudges } = createHarness(strategy, { persistence: storage });
  await worker.setGoalState(goal);
  await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
  expect(codesOf(logged)).toContain('call.failed');
  storage.faults.heal();
  strategy.suggestActions = (_history, actions) => actions;
  await worker.wake();
  expect(await worker.history()).toHaveLength(1);
  expect(nudges).toHaveLength(1);
});

describe('the outbox', () => {
  test('drops the oldest nudge when it is full, and says so', async () => {
    const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 2 });
    await worker.setGoalState(goal);
    for (const steps of [1, 2, 3]) await worker.record({ steps });
    expect(await worker.read(async (_tx, { outbox }) => outbox)).toMatchObject({ first: 1, next: 3, count: 2, dropped: 1 });
    expect(codesOf(logged)).toContain('outbox.dropped');
  });

  test('makes room for many at once, so that an app that acknowledges nothing does not pay for it with each action', async () => {
    const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 160 });
    await worker.setGoalState(goal);
    for (let steps = 1; steps <= 172; steps += 1) await worker.record({ steps });
    // Eleven go when the 161st comes, and eleven again at the 172nd.
    expect(await worker.read(async (_tx, { outbox }) => outbox)).toMatchObject({ first: 22, next: 172, count: 150, dropped: 22 });
    expect(codesOf(logged).filter((code) => code === 'outbox.dropped')).toHaveLength(2);
  });
});

test('a worker that is started again after a stop hears its bus again, and once', async () => {
  const bus = new FeedbackEventBus<FeedbackEvent>();
  const persistence = createMemoryPersistence({ newId: () => 'e' });
  const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence, bus, clock: createSimulatedClock(0) });
  const count = () => worker.read(async (_transaction, { history }) => history.count);
  const publish = async () => {
    bus.publish({ type: 'actions', actions: { steps: 1 } });
    await worker.reached();
    return count();
  };
  worker.start();
  expect(await publish()).toBe(1);
  await worker.stop();
  expect(await publish()).toBe(1);
  worker.start();
  expect(await publish()).toBe(2);
  await worker.stop();
});

describe('options', () => {
  test.each([
    [{ pollInterval: Number.NaN }], [{ pollInterval: 0 }], [{ pollInterval: Infinity }], [{ outboxLimit: -1 }],
    [{ outboxLimit: 1.5 }], [{ strategyDeadline: -1 }], [{ timestampField: '' }], [{ retentionLimit: -1 }],
  ])('of %j are refused, with the option named', (options) => {
    expect(() => createHarness(new SimpleGoalFeedbackStrategy(), options)).toThrow(
      expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option: Object.keys(options)[0] }) as unknown }),
    );
  });
});
