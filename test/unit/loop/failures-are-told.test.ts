import { describe, expect, onTestFinished, test } from 'vitest';
import { createLog, createMemoryPersistence, createSimulatedClock, FeedbackEventBus, GoalFeedbackWorker, SimpleGoalFeedbackStrategy, type FeedbackBus, type FeedbackEvent, type IncomingFeedbackEvent, type LogEvent } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { createHarness } from './harness.ts';

describe('where nobody waits for the answer, the log of the worker is told what was refused, and why', () => {
  test.each<[string, IncomingFeedbackEvent, string]>([
    ['an event with a bad action', { type: 'actions', actions: { steps: Number.NaN } }, 'action.invalid'],
    ['an event with a bad goal', { type: 'goal', goalState: { steps: Number.NaN } }, 'goal.invalid'],
  ])('%s on a bus that has no log', async (_title, event, code) => {
    const logged: LogEvent[] = [];
    const bus = new FeedbackEventBus<FeedbackEvent>();
    const log = createLog(() => 0, [(entry) => void logged.push(entry)]);
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence, bus, log, name: 'steps', clock: createSimulatedClock(0) });
    bus.publish(event);
    await worker.stop();
    expect(logged).toMatchObject([{ level: 'error', code: 'call.failed', fields: { loop: 'steps', call: event.type, code } }]);
  });

  test('a wake-up by itself that the storage refuses', async () => {
    const { worker, clock, persistence, logged } = createHarness(new SimpleGoalFeedbackStrategy());
    Object.assign(persistence, { read: () => Promise.reject(new TypeError('broken')) });
    worker.start();
    clock.advance(1_000);
    await settle();
    expect(logged).toMatchObject([{ code: 'call.failed', fields: { loop: 'default', call: 'wake', code: 'internal' } }]);
  });
});

test('a wake-up that fails is an unhandled rejection if the app neither awaits nor catches it', async () => {
  const { worker, persistence } = createHarness(new SimpleGoalFeedbackStrategy());
  Object.assign(persistence, { read: () => Promise.reject(new TypeError('broken')) });
  const seen: unknown[] = [];
  const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  });
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => void seen.push(error));
  void worker.wake();
  void worker.processPending();
  await settle();
  expect(seen).toMatchObject([{ message: 'broken' }, { message: 'broken' }]);
});

test('of what a bus of the app throws, the log is told the name only where it looks like one', async () => {
  const logged: LogEvent[] = [];
  const throws = (): never => {
    throw Object.assign(new Error('no'), { name: 'steps: 4200' });
  };
  const bus: FeedbackBus<FeedbackEvent> = { subscribe: () => () => undefined, publish: throws };
  const log = createLog(() => 0, [(entry) => void logged.push(entry)]);
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { bus, log });
  await worker.record({ steps: 4_200 });
  expect(logged.filter(({ code }) => code === 'bus.handler-failed').map(({ fields }) => fields)).toEqual([{ seen: 'an error' }]);
});
