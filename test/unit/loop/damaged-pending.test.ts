import { describe, expect, test } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';
import { createHarness, createOwnStrategy, goal, type Harness } from './harness.ts';
import { batch, drain, numbersOf, wary } from './poison-harness.ts';

describe('a pending row that is damaged takes no other action along', () => {
  /** Takes rows away as damage to the database does: what is noted of them stays. */
  const damage = ({ worker }: Harness, first: number, last: number) =>
    worker.change((transaction) => transaction.removeRange('pending', first, last));

  test('when the worker died in the midst of it', async () => {
    const first = createHarness(wary(() => new Promise(() => undefined)));
    await first.worker.setGoalState(goal);
    for (const action of batch(3, 0)) await first.worker.record(action);
    void first.worker.processPending();
    await settle();
    const second = first.restart();
    await damage(second, 0, 0);
    await drain(second);
    expect(await numbersOf(second, 'history')).toEqual([1, 2]);
    expect(await second.worker.read(async (_tx, { pending, tries }) => [pending.count, tries])).toEqual([0, {}]);
  });

  test('when a try is noted under something that is no place', async () => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(1));
    await harness.worker.change(async (_tx, { tries }) => void Object.assign(tries, { x: { attempts: 1, until: 0, done: 0, size: 1 } }));
    await drain(harness);
    expect(await numbersOf(harness, 'history')).toEqual([0]);
  });

  test('when such a try seems to be due, the loop does not come back for it', async () => {
    const harness = createHarness(createOwnStrategy(() => Promise.reject(new Error('no'))));
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(1));
    await harness.worker.change(async (_tx, { tries }) => void Object.assign(tries, { x: { attempts: 1, until: 5, done: 0, size: 1 } }));
    await harness.worker.wake();
    expect((await harness.worker.wake()).nextAt).toBeGreaterThan(harness.clock.now());
  });

  test('when none of its own can be read', async () => {
    const harness = createHarness(createOwnStrategy((actions) => [{ n: actions[0]!['n']! }]));
    await harness.worker.setGoalState(goal);
    await harness.worker.change(async (transaction, { pending }) => {
      transaction.append('pending', [{ seq: pending.next, at: 0, value: { actions: 'spoiled' } }]);
      Object.assign(pending, { next: pending.next + 1, count: pending.count + 1 });
    });
    await harness.worker.record(batch(1));
    await harness.worker.wake();
    expect(await numbersOf(harness, 'history')).toEqual([0]);
    await drain(harness);
    expect(await harness.worker.read(async (_tx, { pending, tries }) => [pending.count, tries])).toEqual([0, {}]);
  });

  test('when so many wait for another try that no more are begun', async () => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    const poisoned = Array.from({ length: 64 }, (_none, n) => 2 * n);
    for (const action of batch(130, ...poisoned)) await harness.worker.record(action);
    await harness.worker.wake();
    expect(await numbersOf(harness, 'history')).not.toContain(127);
    await damage(harness, 0, 126);
    harness.clock.advance(1_000);
    await drain(harness);
    expect((await numbersOf(harness, 'history')).slice(-3)).toEqual([127, 128, 129]);
    expect(await harness.worker.read(async (_tx, { pending, tries }) => [pending.count, tries])).toEqual([0, {}]);
  });
});
