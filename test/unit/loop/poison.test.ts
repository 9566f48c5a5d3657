import { describe, expect, test } from 'vitest';
import { codesOf, createHarness, goal, type Harness } from './harness.ts';
import { batch, drain, numbersOf, wary } from './poison-harness.ts';

describe('an action that fails every time', () => {
  test.each([
    ['alone', batch(1, 0)],
    ['first of many', batch(100, 0)],
    ['last of many', batch(100, 99)],
    ['in the middle, twice', batch(100, 40, 41)],
    ['all of them', batch(4, 0, 1, 2, 3)],
  ])('is set aside by itself, and the rest of its call goes on: %s', async (_title, actions) => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    await harness.worker.record(actions);
    await drain(harness);
    const isPoison = (action: { n: number; poison?: boolean }) => action.poison === true;
    expect(await numbersOf(harness, 'dead')).toEqual(actions.filter(isPoison).map(({ n }) => n));
    expect(await numbersOf(harness, 'history')).toEqual(actions.filter((action) => !isPoison(action)).map(({ n }) => n));
    expect(await harness.worker.read(async (_tx, { pending, tries }) => [pending.count, tries])).toEqual([0, {}]);
  });

  test('holds up none of the others, even while it waits for its next try', async () => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    for (const action of batch(20, 3, 7)) await harness.worker.record(action);
    await harness.worker.wake();
    expect(await numbersOf(harness, 'history')).toHaveLength(18);
    expect(await harness.worker.read(async (_tx, { pending }) => pending.count)).toBe(2);
  });

  test.each([
    ['in calls of their own', (worker: Harness['worker']) => Promise.all(batch(100, 1, 11, 40, 99).map((action) => worker.record(action)))],
    ['in one call', (worker: Harness['worker']) => worker.record(batch(100, 1, 11, 40, 99))],
  ])('is passed by all others in one run: %s', async (_title, record) => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    await record(harness.worker);
    await harness.worker.wake();
    expect(await numbersOf(harness, 'history')).toHaveLength(96);
    await drain(harness);
    expect(await numbersOf(harness, 'dead')).toEqual([1, 11, 40, 99]);
    expect(await harness.worker.read(async (_tx, { pending }) => pending)).toMatchObject({ count: 0, bytes: 0 });
  });

  test('leaves few tries to remember, however many of one call fail', async () => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    const [good, poisoned] = [0, 1].map((odd) => Array.from({ length: 80 }, (_none, n) => 2 * n + odd));
    await harness.worker.record(batch(160, ...poisoned!));
    const { nextAt } = await harness.worker.wake();
    expect(await harness.worker.read(async (_tx, { tries }) => Object.keys(tries).length)).toBeLessThanOrEqual(65);
    expect(nextAt).toBe(harness.clock.now() + 1_000);
    await drain(harness);
    expect(await numbersOf(harness, 'history')).toEqual(good);
    expect(await numbersOf(harness, 'dead')).toEqual(poisoned);
    expect(await harness.worker.read(async (_tx, { pending, tries }) => [pending.count, tries])).toEqual([0, {}]);
  });

  test('is found among many also when it never answers', async () => {
    const strategy = wary(() => new Promise(() => undefined));
    const harness = createHarness(strategy, { strategyDeadline: 100 });
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(16, 5));
    const time = setInterval(() => harness.clock.advance(100), 1);
    await drain(harness);
    clearInterval(time);
    expect(await numbersOf(harness, 'dead')).toEqual([5]);
    expect(await numbersOf(harness, 'history')).toHaveLength(15);
  });

  test('shows its tries, and can be tried as often as the app says', async () => {
    const strategy = wary();
    const harness = createHarness(strategy, { maxAttempts: 5 });
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(1, 0));
    await drain(harness);
    expect(strategy.calls).toBe(5);
  });
});

test('a strategy that fails at everything is left alone for a while, and nothing is set aside sooner for it', async () => {
  const strategy = wary(() => Promise.reject(new Error('down')));
  const harness = createHarness(strategy);
  await harness.worker.setGoalState(goal);
  for (const action of batch(50, ...Array.from({ length: 50 }, (_none, n) => n))) await harness.worker.record(action);
  const { nextAt } = await harness.worker.wake();
  expect(strategy.calls).toBe(3);
  expect(nextAt).toBe(harness.clock.now() + 1_000);
  expect(codesOf(harness.logged)).toContain('worker.backoff');
});
