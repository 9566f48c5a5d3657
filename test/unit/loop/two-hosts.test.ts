import { describe, expect, test, vi } from 'vitest';
import { SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { createHarness, createOwnStrategy, goal } from './harness.ts';
import { numbersOf } from './poison-harness.ts';

const id = { client: 'client-1', seq: 0 };

describe('a host whose memory of the loop is outdated does its work twice, and of the first time', () => {
  test('announces nothing', async () => {
    const one = createHarness(new SimpleGoalFeedbackStrategy());
    const other = one.restart();
    await one.worker.record({ steps: 1 });
    await other.worker.record({ steps: 2 }, id);
    const before = [...one.changes];
    expect(await one.worker.record({ steps: 2 }, id)).toMatchObject({ duplicate: true });
    expect(one.changes).toEqual(before);
  });

  test('gives away no advice on a goal that was set before, and stores nothing', async () => {
    const one = createHarness(new SimpleGoalFeedbackStrategy());
    const other = one.restart();
    await one.worker.record({ steps: 1 });
    expect(await other.worker.setGoalState({ steps: 10 }, id)).toMatchObject({ changed: true, nudges: [{}] });
    const before = (await one.worker.read(async (_tx, state) => state)).revision;
    expect(await one.worker.setGoalState({ steps: 10 }, id)).toEqual({ changed: true, nudges: [] });
    expect(one.nudges).toEqual([]);
    expect((await one.worker.read(async (_tx, state) => state)).revision).toBe(before);
    // Whoever took the first copy may have died before it said so.
    expect(one.changes.at(-1)).toBe(before);
  });

  test('believes nothing about what is left to do', async () => {
    const one = createHarness(new SimpleGoalFeedbackStrategy());
    const other = createHarness(createOwnStrategy(), {}, one.persistence, one.clock);
    await one.worker.record({ steps: 1 });
    await other.worker.record({ steps: 2 }, id);
    expect(await one.worker.record({ steps: 2 }, id)).toMatchObject({ duplicate: true, isPending: true });
  });

  test('logs nothing', async () => {
    const one = createHarness(new SimpleGoalFeedbackStrategy());
    const other = one.restart();
    await one.worker.record({ steps: 1 });
    await other.worker.setGoalState({ steps: 10 });
    expect(await one.worker.setGoalState({ steps: 10 })).toMatchObject({ changed: false });
    expect(one.logged.filter(({ code }) => code === 'goal.changed')).toEqual([]);
  });
});

test('of two hosts at once, the one that was overtaken stores nothing', async () => {
  const answers: (() => void)[] = [];
  const slow = createOwnStrategy((actions) => new Promise((resolve) => answers.push(() => resolve(actions))));
  const first = createHarness(slow);
  await first.worker.setGoalState(goal);
  await first.worker.record({ n: 1 });
  const running = first.worker.processPending();
  await settle();
  const second = first.restart();
  const overtaking = second.worker.processPending();
  await settle();
  expect(answers).toHaveLength(2);
  answers[0]!();
  await running;
  expect(await numbersOf(first, 'history')).toEqual([]);
  answers[1]!();
  await overtaking;
  expect(await numbersOf(second, 'history')).toEqual([1]);
  expect([...first.nudges, ...second.nudges]).toHaveLength(1);
});

test('an action at which hosts overtake each other is no dead letter: their tries end, and none of them fails', async () => {
  const answers: (() => void)[] = [];
  const slow = createOwnStrategy((actions) => new Promise((resolve) => answers.push(() => resolve(actions))));
  const first = createHarness(slow);
  await first.worker.setGoalState(goal);
  await first.worker.record({ n: 1 });
  const runs: Promise<unknown>[] = [];
  for (let host = 0; host < 6; host += 1) {
    runs.push((host === 0 ? first : first.restart()).worker.processPending());
    await vi.waitFor(() => expect(answers).toHaveLength(host + 1));
    // The one before is overtaken by now.
    answers[host - 1]?.();
    await runs[host - 1];
  }
  answers.at(-1)!();
  await Promise.all(runs);
  expect(await numbersOf(first, 'dead')).toEqual([]);
  expect(await numbersOf(first, 'history')).toEqual([1]);
});

test('nor is one at which the last of these hosts fails: that was the first failure', async () => {
  const answers: ((error?: Error) => void)[] = [];
  const slow = createOwnStrategy((actions) => new Promise((resolve, reject) => answers.push((error) => (error === undefined ? resolve(actions) : reject(error)))));
  const first = createHarness(slow);
  await first.worker.setGoalState(goal);
  await first.worker.record({ n: 1 });
  const runs: Promise<unknown>[] = [];
  for (let host = 0; host < 3; host += 1) {
    runs.push((host === 0 ? first : first.restart()).worker.processPending());
    await vi.waitFor(() => expect(answers).toHaveLength(host + 1));
  }
  answers[0]!();
  answers[1]!();
  await Promise.all(runs.slice(0, 2));
  answers[2]!(new Error('no'));
  await runs[2];
  expect(await numbersOf(first, 'dead')).toEqual([]);
  expect((await first.worker.inspect()).pending).toMatchObject({ count: 1, items: [{ attempts: 1 }] });
});
