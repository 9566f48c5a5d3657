import { describe, expect, test } from 'vitest';
import type { Action, GoalState } from 'nudgeloop/core';
import { deadLetterOf } from '../../../src/loop/state/dead-letters.ts';
import { settle } from '../../../src/testing/settle.ts';
import { codesOf, createHarness, createOwnStrategy, goal } from './harness.ts';

describe('a strategy that fails', () => {
  const failing = (times: number) => {
    let left = times;
    return createOwnStrategy((actions) => {
      if ((left -= 1) >= 0) throw new RangeError('secret');
      return actions;
    });
  };

  test('is tried again after waits that double, and the actions are judged in the end', async () => {
    const strategy = failing(2);
    const { worker, clock, logged, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(logged.find(({ code }) => code === 'worker.backoff')?.fields).toMatchObject({ failures: 1, waitMs: 1_000 });
    clock.advance(999);
    await worker.wake();
    expect(strategy.calls).toBe(1);
    clock.advance(1);
    expect(await worker.wake()).toMatchObject({ nextAt: clock.now() + 2_000 });
    clock.advance(2_000);
    await worker.wake();
    expect(strategy.calls).toBe(3);
    expect(nudges).toHaveLength(1);
    expect(await worker.read(async (_tx, { backoff, pending, tries }) => [backoff, pending.count, tries])).toEqual([null, 0, {}]);
  });

  test('is still waited for after a restart', async () => {
    const strategy = failing(1);
    const first = createHarness(strategy);
    await first.worker.setGoalState(goal);
    await first.worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    const second = first.restart();
    await second.worker.wake();
    expect(strategy.calls).toBe(1);
    second.clock.advance(1_000);
    await second.worker.wake();
    expect(second.nudges).toHaveLength(1);
  });

  test('holds up no action that comes later; the failed one is tried again after its wait', async () => {
    const strategy = failing(1);
    const { worker, clock, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    await worker.handleEvent({ type: 'actions', actions: { steps: 2 } });
    clock.advance(1_000);
    await worker.wake();
    expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([2, 1]);
  });

  test('on a changed goal is asked at once about the goal that an import brings instead', async () => {
    const strategy = failing(1);
    const { worker, nudges } = createHarness(strategy);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    await worker.handleEvent({ type: 'goal', goalState: goal });
    await worker.processPending();
    expect(strategy.calls).toBe(1);
    await worker.import({ ...(await worker.export()), goalState: { steps: 20_000 } });
    await worker.processPending();
    expect(strategy.calls).toBe(2);
    expect(nudges).toMatchObject([{ cause: 'goal', goalState: { steps: 20_000 } }]);
  });

  test('again and again is asked at once when the goal changes, which may be what it failed at', async () => {
    const strategy = { suggestActions: (_history: readonly Action[], actions: readonly Action[], { minutes }: GoalState) => {
      if (minutes === undefined) throw new RangeError('no minutes');
      return [...actions];
    } };
    const { worker, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    for (const steps of [1, 2, 3, 4]) await worker.record({ steps });
    expect(await worker.processPending()).toMatchObject({ processed: 0 });
    expect((await worker.inspect()).backoff).toMatchObject({ failures: 1 });
    await worker.handleEvent({ type: 'goal', goalState: { ...goal, minutes: 30 } });
    expect(nudges.length).toBeGreaterThan(0);
  });

  test('three times on the same actions sets them aside, and the others go on', async () => {
    const strategy = createOwnStrategy((actions) => {
      if (actions[0]?.['steps'] === 13) throw new Error('poison');
      return actions;
    });
    const { worker, clock, logged, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.record({ steps: 13 });
    await worker.record({ steps: 2 });
    for (let turn = 0; turn < 3; turn += 1) {
      await worker.wake();
      clock.advance(300_000);
    }
    expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([2]);
    expect(codesOf(logged)).toContain('action.dead-lettered');
    expect(await worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([1, 0]);
  });

  test.each([
    ['is mended in a release that allows fewer attempts is asked once more', true, []],
    ['fails in a release that allows fewer attempts too sets its action aside for what it failed at', false, ['strategy.failed']],
  ])('and %s', async (_what, isMended, reasons) => {
    let isBroken = true;
    const strategy = createOwnStrategy((actions) => {
      if (isBroken) throw new RangeError('a defect');
      return actions;
    });
    const before = createHarness(strategy, { maxAttempts: 10 });
    await before.worker.setGoalState(goal);
    await before.worker.record({ steps: 1 });
    for (let turn = 0; turn < 4; turn += 1) {
      await before.worker.wake();
      before.clock.advance(300_000);
    }
    isBroken = !isMended;
    const { worker, nudges } = createHarness(strategy, { maxAttempts: 3 }, before.persistence, before.clock);
    await worker.wake();
    expect(nudges).toHaveLength(isMended ? 1 : 0);
    const dead = await worker.read((tx) => tx.readForward('dead', 0, 10));
    expect(dead.map((entry) => deadLetterOf(entry).reason.code)).toEqual(reasons);
    expect(await worker.read(async (_tx, { pending }) => pending.count)).toBe(0);
  });

  test.each([
    ['returns nothing', () => undefined],
    ['returns a number', () => 7],
    ['returns a list with a hole', () => Array.from({ length: 1 }).concat(Array(1))],
    ['returns a hundred thousand items', () => Array.from({ length: 100_000 }, () => ({}))],
    ['returns items that are no records', () => ['a']],
    ['returns NaN', () => [{ steps: Number.NaN }]],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s is a failure like any other', async (_title, answer) => {
    const { worker, nudges, logged } = createHarness(createOwnStrategy(answer));
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(nudges).toEqual([]);
    expect(logged.find(({ code }) => code === 'strategy.failed')?.fields).toMatchObject({ code: 'strategy.failed' });
    expect(await worker.read(async (_tx, { pending }) => pending.count)).toBe(1);
  });

  test('that never settles is given up after its deadline', async () => {
    const { worker, clock, logged } = createHarness(createOwnStrategy(() => new Promise(() => undefined)), { strategyDeadline: 50 });
    await worker.setGoalState(goal);
    await worker.record({ steps: 1 });
    const done = worker.processPending();
    await settle();
    clock.advance(50);
    await done;
    expect(logged.find(({ code }) => code === 'strategy.failed')?.fields).toMatchObject({ code: 'strategy.timeout' });
  });

  test('that changes its input changes nothing else', async () => {
    const strategy = createOwnStrategy((actions, history) => {
      for (const action of [...actions, ...history]) Object.assign(action, { steps: -1 });
      return actions;
    });
    const { worker } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    await worker.handleEvent({ type: 'actions', actions: { steps: 2 } });
    const kept = await worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ value }) => (value as Action)['steps']));
    expect(kept).toEqual([1, 2]);
  });

  test('never tells its message to the log', async () => {
    const { worker, logged } = createHarness(failing(3));
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});
