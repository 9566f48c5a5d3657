import { describe, expect, test } from 'vitest';
import { takeDeadLetters } from '../../../src/loop/state/dead-letters.ts';
import { putPending } from '../../../src/loop/state/pending.ts';
import { settle } from '../../../src/testing/settle.ts';
import { createHarness, createOwnStrategy, goal, type Harness } from './harness.ts';
import { batch, drain, numbersOf, wary } from './poison-harness.ts';

test('a full box of dead letters loses nothing: what has no room there stays pending', async () => {
  const harness = createHarness(wary(), { deadLetterLimit: 2 });
  await harness.worker.setGoalState(goal);
  await harness.worker.record(batch(5, 0, 1, 2, 3, 4));
  await drain(harness);
  expect(await harness.worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([2, 3]);
  expect(await numbersOf(harness, 'dead')).toHaveLength(2);
});

describe('a full box of dead letters holds up none of the others', () => {
  const isTaken = async ({ worker }: Harness, n: string): Promise<boolean> => {
    await worker.record({ n });
    await worker.wake();
    return (await worker.read((tx) => tx.readNewest('history', Infinity, 1))).some(({ value }) => (value as { n: unknown }).n === n);
  };

  test('however many wait for room in it', async () => {
    const harness = createHarness(wary(), { maxAttempts: 1, deadLetterLimit: 1 });
    await harness.worker.setGoalState(goal);
    // Each in a call of its own, and between two of them one that does not fail.
    for (const action of batch(202, ...Array.from({ length: 101 }, (_none, n) => 2 * n))) await harness.worker.record(action);
    await harness.worker.wake();
    expect(await harness.worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([1, 100]);
    expect(await isTaken(harness, 'good')).toBe(true);
    harness.clock.advance(300_000);
    expect(await isTaken(harness, 'also good')).toBe(true);
  });

  describe('and costs one try in five minutes', () => {
    const failing = new Set<unknown>();
    const tried: unknown[] = [];
    const strategy = createOwnStrategy((actions) => {
      tried.push(...actions.map(({ n }) => n));
      return actions.some(({ n }) => failing.has(n)) ? Promise.reject(new Error('poison')) : actions;
    });

    /** 200 actions that wait for room and are due, and one dead letter that fills the box. */
    const setUp = async (maxAttempts = 3) => {
      const harness = createHarness(strategy, { deadLetterLimit: 1, maxAttempts });
      failing.clear();
      for (let n = 0; n < 201; n += 1) failing.add(n);
      await harness.worker.setGoalState(goal);
      await harness.worker.record({ n: 200 });
      await drain(harness);
      await harness.worker.change(async (transaction, state) => {
        for (let n = 0; n < 200; n += 1) {
          state.tries[state.pending.next] = { attempts: maxAttempts - 1, until: harness.clock.now() + n, done: 0, size: 1, isOver: true };
          putPending(transaction, state, [{ n }], harness.clock.now(), Infinity);
        }
      });
      harness.clock.advance(200);
      return harness;
    };
    const later = async ({ worker, clock }: Harness): Promise<unknown[]> => {
      tried.length = 0;
      const { nextAt } = await worker.wake();
      if (nextAt !== null) expect(nextAt).toBe(clock.now() + 300_000);
      clock.advance(300_000);
      return [...tried];
    };

    test('in which they take turns, and what succeeds lets the next follow at once', async () => {
      const harness = await setUp();
      const turns = [await later(harness), await later(harness), await later(harness)];
      expect(turns.map(({ length }) => length)).toEqual([1, 1, 1]);
      expect(new Set(turns.flat()).size).toBe(3);
      [...failing].filter((n) => !turns.flat().includes(n)).forEach((n) => failing.delete(n));
      expect(await later(harness)).toHaveLength(198);
      expect(await numbersOf(harness, 'history')).toHaveLength(197);
    });

    test('until there is room, which all of them take at once', async () => {
      const harness = await setUp();
      await later(harness);
      const roomy = createHarness(strategy, { deadLetterLimit: 1_000 }, harness.persistence, harness.clock);
      await later(roomy);
      expect(await roomy.worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([201, 0]);
    });

    test('also while others come that fail', async () => {
      const harness = await setUp(1);
      tried.length = 0;
      for (let n = 201; n < 206; n += 1) {
        failing.add(n);
        await harness.worker.record({ n });
        await harness.worker.wake();
        harness.clock.advance(240_000);
      }
      // Of those that stood before: one at the beginning, and after eight minutes and sixteen.
      expect(tried.filter((n) => (n as number) < 200)).toHaveLength(3);
      expect(new Set(tried).size).toBe(8);
    });

    test('also after the clock was set back', async () => {
      const harness = await setUp();
      harness.clock.jump(harness.clock.now() - 86_400_000);
      expect(await later(harness)).toHaveLength(1);
      expect(await later(harness)).toHaveLength(1);
    });
  });

  test.each([[999, true], [1_000, false]])('until a thousand wait, as each is noted in what every change writes: %i', async (failing, wanted) => {
    const harness = createHarness(wary());
    await harness.worker.setGoalState(goal);
    await harness.worker.change(async (transaction, state) => {
      const now = harness.clock.now();
      for (let n = 0; n < failing; n += 1) {
        state.tries[state.pending.next] = { attempts: 2, until: now + 300_000, done: 0, size: 1, isOver: true };
        putPending(transaction, state, [{ n, poison: true }], now, Infinity);
      }
    });
    expect(await isTaken(harness, 'good')).toBe(wanted);
  });
});

describe('a full box of dead letters holds up none of the others in a call', () => {
  const left = ({ worker }: Harness) => worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count]);

  test('when they follow an action that fails, which becomes a dead letter once there is room', async () => {
    const harness = createHarness(wary(), { maxAttempts: 1, deadLetterLimit: 1 });
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(4, 0, 1));
    const { nextAt } = await harness.worker.wake();
    expect(await numbersOf(harness, 'history')).toEqual([2, 3]);
    expect(await left(harness)).toEqual([1, 1]);
    await harness.worker.change(async (tx, state) => void (await takeDeadLetters(tx, state, [0], [], undefined)));
    harness.clock.advance(nextAt! - harness.clock.now());
    await harness.worker.wake();
    expect(await numbersOf(harness, 'dead')).toEqual([1]);
    expect(await left(harness)).toEqual([1, 0]);
  });

  test('when they follow an action that takes the worker down', async () => {
    let harness = createHarness(wary(() => new Promise(() => undefined)), { deadLetterLimit: 1 });
    await harness.worker.setGoalState(goal);
    await harness.worker.record(batch(4, 0, 1));
    for (let life = 0; life < 40 && (await numbersOf(harness, 'history')).length === 0; life += 1) {
      harness = harness.restart();
      void harness.worker.processPending();
      await settle();
    }
    expect(await numbersOf(harness, 'history')).toEqual([2, 3]);
    expect(await left(harness)).toEqual([1, 1]);
  });
});
