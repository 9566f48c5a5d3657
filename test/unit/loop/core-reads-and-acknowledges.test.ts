import { describe, expect, test } from 'vitest';
import { FeedbackEventBus, GoalFeedbackWorker, SimpleGoalFeedbackStrategy, type FeedbackEvent, type GoalFeedbackStrategy, type Nudge } from 'nudgeloop/core';
import { createHarness, goal } from './harness.ts';

const simple = new SimpleGoalFeedbackStrategy();
const failing: GoalFeedbackStrategy = {
  suggestActions() {
    throw new Error('no');
  },
};

async function withDeadLetters() {
  const harness = createHarness(failing, { maxAttempts: 1 });
  await harness.worker.setGoalState(goal);
  for (const steps of [1, 2, 3]) await harness.worker.record({ steps });
  for (let wake = 0; wake < 20; wake += 1) {
    harness.clock.advance(60_000);
    await harness.worker.wake();
  }
  return harness;
}

describe('the nudges of a worker without a host', () => {
  test('wait for whoever comes after a restart, until they are acknowledged', async () => {
    const first = createHarness(simple);
    await first.worker.setGoalState(goal);
    for (const steps of [1_000, 2_000, 3_000]) await first.worker.record({ steps });
    await first.worker.stop();
    const { worker } = first.restart();
    const waiting = await worker.nudges();
    expect(waiting).toEqual(first.nudges);
    expect(await worker.acknowledge(waiting[0]!)).toBe(1);
    expect(await worker.acknowledge(waiting)).toBe(2);
    expect(await worker.acknowledge(waiting)).toBe(0);
    expect(await worker.nudges()).toEqual([]);
    expect((await worker.inspect()).outbox).toEqual({ count: 0, dropped: 0, items: [] });
  });

  test('are acknowledged in any number that one call may take', async () => {
    const { worker } = createHarness(simple, { outboxLimit: 2_000 });
    await worker.setGoalState(goal);
    for (let steps = 0; steps < 1_200; steps += 1) await worker.record({ steps });
    const waiting = await worker.nudges();
    expect(waiting).toHaveLength(1_000);
    expect(await worker.acknowledge(waiting)).toBe(1_000);
    expect(await worker.nudges()).toHaveLength(200);
  });

  test('are taken of this loop only', async () => {
    const { worker } = createHarness(simple);
    await worker.setGoalState(goal);
    const { nudges } = await worker.record({ steps: 1 });
    for (const wrong of [{ ...nudges[0]!, loop: 'other' }, 'nudge', null, [undefined], { seq: '0' }]) {
      await expect(worker.acknowledge(wrong as unknown as Nudge)).rejects.toMatchObject({ code: 'message.invalid' });
    }
  });
});

describe('the dead letters of a worker without a host', () => {
  test('are listed with their reason, newest last, in parts', async () => {
    const { worker } = await withDeadLetters();
    const letters = await worker.deadLetters.list();
    expect(letters.map(({ actions, reason }) => [actions[0]?.['steps'], reason.code])).toEqual([1, 2, 3].map((steps) => [steps, 'strategy.failed']));
    expect(await worker.deadLetters.list({ limit: 1 })).toEqual([letters[2]]);
    expect(await worker.deadLetters.list({ before: letters[1]!.seq })).toEqual([letters[0]]);
  });

  test('are tried again, or removed for good', async () => {
    const { worker, restart } = await withDeadLetters();
    const [first, second, third] = await worker.deadLetters.list();
    expect(await worker.deadLetters.discard(first!)).toBe(1);
    expect(await worker.deadLetters.retry([first!, second!])).toBe(1);
    expect(await worker.deadLetters.list()).toEqual([third]);
    expect((await worker.inspect()).pending.items.map(({ actions }) => actions[0]?.['steps'])).toEqual([2]);
    await worker.stop();
    const mended = new GoalFeedbackWorker({ strategy: simple, persistence: restart().persistence, clock: { now: () => 1_800_000_000_000, schedule: () => () => undefined } });
    expect(await mended.processPending()).toMatchObject({ processed: 1 });
  });
});

describe('what a worker without a host has stored', () => {
  test('is read, and says by which options it goes', async () => {
    const { worker } = createHarness(simple, { retentionWindow: { days: 1 }, outboxLimit: 7, timestampField: 'at' });
    await worker.setGoalState(goal);
    for (const steps of [1, 2, 3]) await worker.record({ steps });
    expect((await worker.history()).map(({ action }) => action['steps'])).toEqual([1, 2, 3]);
    expect((await worker.history({ limit: 1, before: 2 })).map(({ seq }) => seq)).toEqual([1]);
    expect(await worker.inspect()).toMatchObject({
      loop: 'default', goalState: goal, history: { count: 3, nextSeq: 3 }, baselines: { steps: 1 },
      settings: { retentionWindow: 86_400_000, outboxLimit: 7, timestampField: 'at', maxAttempts: 3 },
    });
    expect(await worker.resetHistory()).toBe(3);
    expect(await worker.history()).toEqual([]);
  });

  test('is carried to another worker as JSON', async () => {
    const [from, to] = [createHarness(simple), createHarness(simple)];
    await from.worker.setGoalState(goal);
    await from.worker.record([{ steps: 1 }, { steps: 2 }]);
    expect(await to.worker.import(JSON.parse(JSON.stringify(await from.worker.export())))).toBe(2);
    expect(await to.worker.history()).toEqual(await from.worker.history());
    expect((await to.worker.inspect()).goalState).toEqual(goal);
    await expect(to.worker.import({})).rejects.toMatchObject({ code: 'message.invalid' });
  });

  test.each([[{ limit: 0 }], [{ limit: 1.5 }], [{ limit: 10_001 }], [{ before: -1 }], [{ from: Number.NaN }], [{ to: '1' }], [{ form: 1 }], [null], [5]])(
    'is not read in a part such as %j, of which nobody knows what is meant',
    async (range) => {
      const { worker } = createHarness(simple);
      for (const read of [() => worker.history(range as never), () => worker.deadLetters.list(range as never)]) {
        await expect(read()).rejects.toMatchObject({ code: 'message.invalid' });
      }
    },
  );
});

describe('a call of a worker without a host says what is wanted, and stores nothing,', () => {
  test.each([['event-1'], [5], [{}], [null], [{ client: 'c' }], [{ client: '', seq: 0 }], [{ client: 'c', seq: -1 }], [{ client: 'c', seq: 0, oldest: 'x' }], [{ client: 'c', seq: 0, epoch: 1 }]])(
    'with %j for an id',
    async (id) => {
      const { worker } = createHarness(simple);
      const refused = { code: 'message.invalid', message: expect.stringContaining('{ client, seq }') as unknown };
      await expect(worker.handleEvent({ type: 'actions', actions: { steps: 1 }, id: id as never })).rejects.toMatchObject(refused);
      await expect(worker.setGoalState(goal, id as never)).rejects.toMatchObject(refused);
      expect((await worker.inspect()).revision).toBe(0);
    },
  );

  test.each([[{ type: 'action', actions: [] }], [{ type: 'acknowledge' }], [{}], [null], [undefined], ['goal']])('with %j for an event', async (event) => {
    const { worker } = createHarness(simple);
    const refused = { code: 'message.invalid', message: expect.stringContaining("{ type: 'actions', actions }") as unknown };
    await expect(worker.handleEvent(event as never)).rejects.toMatchObject(refused);
  });

  test('though an event of a bus that is not for it is none of its business', async () => {
    const bus = new FeedbackEventBus<FeedbackEvent>();
    const { logged } = createHarness(simple, { bus });
    bus.publish({ type: 'app.own' } as never);
    await Promise.resolve();
    expect(logged).toEqual([]);
  });
});
