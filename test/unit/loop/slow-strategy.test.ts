import { describe, expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { codesOf, createHarness, createOwnStrategy, goal } from './harness.ts';

describe('a strategy that is stopped half way', () => {
  test('every time, as an endless loop is, ends as a dead letter, and the others go on', async () => {
    const endless = createOwnStrategy((actions) => (actions[0]?.['steps'] === 13 ? new Promise(() => undefined) : actions));
    let run = createHarness(endless);
    await run.worker.setGoalState(goal);
    await run.worker.record({ steps: 13 });
    await run.worker.record({ steps: 2 });
    const seen: unknown[] = [];
    for (let life = 0; life < 6; life += 1) {
      void run.worker.wake();
      await settle();
      seen.push(await run.worker.read(async (_tx, { outbox }) => outbox.count));
      if (life >= 2) run.clock.advance(300_000);
      run = run.restart();
    }
    // One stop may happen to anybody; after the second one the others go first.
    expect(seen.slice(0, 3)).toEqual([0, 0, 1]);
    expect(endless.calls).toBe(4);
    expect(await run.worker.read(async (_tx, { dead, pending, outbox }) => [dead.count, pending.count, outbox.count])).toEqual([1, 0, 1]);
  });

  test('goes on from what is stored: nothing is lost and nothing happens twice', async () => {
    let release: () => void = () => undefined;
    const stuck: GoalFeedbackStrategy = { suggestActions: (_history, actions) => new Promise((resolve) => (release = () => resolve([...actions]))) };
    const first = createHarness(stuck);
    await first.worker.setGoalState(goal);
    await first.worker.record({ steps: 1 });
    void first.worker.processPending();
    await settle();
    // The second worker finds the entry pending, and finishes it before the first one comes back.
    const second = createHarness(createOwnStrategy(), {}, first.persistence, first.clock);
    await second.worker.wake();
    release();
    await settle();
    expect(first.nudges).toEqual([]);
    expect(second.nudges).toHaveLength(1);
    expect(await second.worker.read(async (_tx, { history, outbox }) => [history.count, outbox.count])).toEqual([1, 1]);
  });

  test('judges again when the goal changed meanwhile', async () => {
    const seen: unknown[] = [];
    let release: () => void = () => undefined;
    const slow: GoalFeedbackStrategy = {
      suggestActions: (_history, actions, goalState) =>
        new Promise((resolve) => {
          seen.push(goalState['steps']);
          release = () => resolve([...actions]);
        }),
    };
    const { worker, nudges } = createHarness(slow);
    await worker.setGoalState({ steps: 1 });
    await worker.record({ steps: 5 });
    const done = worker.processPending();
    await settle();
    await worker.setGoalState({ steps: 2 });
    for (let turn = 0; turn < 4; turn += 1) {
      release();
      await settle();
    }
    await done;
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(2);
    expect(nudges).toMatchObject([{ cause: 'actions', goalState: { steps: 2 } }]);
    expect(await worker.read(async (_tx, { history, pending }) => [history.count, pending.count])).toEqual([1, 0]);
  });
});

describe('a slow strategy', () => {
  test('is not blamed for goals that change meanwhile, however often', async () => {
    const waiting: (() => void)[] = [];
    const slow: GoalFeedbackStrategy = {
      suggestActions: (_history, actions) => new Promise((resolve) => waiting.push(() => resolve([...actions]))),
    };
    const { worker, nudges, logged } = createHarness(slow);
    await worker.setGoalState({ steps: 0 });
    await worker.record({ steps: 5 });
    const done = worker.processPending();
    for (let turn = 1; turn <= 6; turn += 1) {
      await settle();
      await worker.setGoalState({ steps: turn });
      waiting.pop()?.();
    }
    for (let turn = 0; turn < 6; turn += 1) {
      await settle();
      waiting.pop()?.();
    }
    await done;
    expect(codesOf(logged)).not.toContain('action.dead-lettered');
    expect(nudges.at(-1)?.goalState).toEqual({ steps: 6 });
    expect(await worker.read(async (_tx, { pending, dead }) => [pending.count, dead.count])).toEqual([0, 0]);
  });

  test('does not hide actions that come while the last run is ending', async () => {
    let letGo: () => void = () => undefined;
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy, {
      exclusively: async (work) => {
        const result = await work();
        await new Promise<void>((resolve) => (letGo = resolve));
        return result;
      },
    });
    await worker.setGoalState(goal);
    await worker.record({ steps: 1 });
    const first = worker.processPending();
    await settle();
    await worker.record({ steps: 2 });
    const second = worker.processPending();
    letGo();
    await settle();
    letGo();
    await Promise.all([first, second]);
    expect(nudges).toHaveLength(2);
  });
});
