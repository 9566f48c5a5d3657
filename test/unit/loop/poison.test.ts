import { describe, expect, test } from 'vitest';
import { putPending, takeDeadLetters } from '../../../src/loop/state/pending.ts';
import { codesOf, createHarness, createOwnStrategy, type Harness } from './harness.ts';

const goal = { steps: 10_000 };

/** A strategy that fails at actions marked so. */
const wary = (fail: () => unknown = () => Promise.reject(new Error('poison'))) =>
  createOwnStrategy((actions) => (actions.some((action) => action['poison'] === true) ? fail() : actions));

const batch = (size: number, ...poisoned: readonly number[]) =>
  Array.from({ length: size }, (_none, n) => (poisoned.includes(n) ? { n, poison: true } : { n }));

const numbersOf = async ({ worker }: Harness, journal: 'history' | 'dead'): Promise<unknown[]> => {
  const numbers = await worker.read(async (transaction) => {
    const entries = await transaction.readForward(journal, 0, 1_000);
    return entries.flatMap(({ value }) => {
      const record = value as { n?: unknown; actions?: { n: unknown }[] };
      return record.actions?.map(({ n }) => n) ?? [record.n];
    });
  });
  // In which order tries end is nobody's promise; in which order actions are kept is.
  return journal === 'dead' ? numbers.sort((a, b) => Number(a) - Number(b)) : numbers;
};

/** Wakes the worker until nothing is left to do. */
async function drain(harness: Harness): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    const { nextAt } = await harness.worker.wake();
    if (nextAt === null) return;
    harness.clock.advance(Math.max(0, nextAt - harness.clock.now()));
  }
}

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

test('a full box of dead letters loses nothing: what has no room there stays pending', async () => {
  const harness = createHarness(wary(), { deadLetterLimit: 2 });
  await harness.worker.setGoalState(goal);
  await harness.worker.record(batch(5, 0, 1, 2, 3, 4));
  await drain(harness);
  expect(await harness.worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([2, 3]);
  expect(await numbersOf(harness, 'dead')).toHaveLength(2);
});

describe('a pending row that is damaged takes no other action along', () => {
  /** Takes rows away as damage to the database does: what is noted of them stays. */
  const damage = ({ worker }: Harness, first: number, last: number) =>
    worker.change((transaction) => transaction.removeRange('pending', first, last));

  test('when the worker died in the midst of it', async () => {
    const first = createHarness(wary(() => new Promise(() => undefined)));
    await first.worker.setGoalState(goal);
    for (const action of batch(3, 0)) await first.worker.record(action);
    void first.worker.processPending();
    await new Promise((resolve) => setTimeout(resolve, 5));
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
      harness.clock.advance(-86_400_000);
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
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await numbersOf(harness, 'history')).toEqual([2, 3]);
    expect(await left(harness)).toEqual([1, 1]);
  });
});

test('of two hosts at once, the one that was overtaken stores nothing', async () => {
  const answers: (() => void)[] = [];
  const slow = createOwnStrategy((actions) => new Promise((resolve) => answers.push(() => resolve(actions))));
  const first = createHarness(slow);
  await first.worker.setGoalState(goal);
  await first.worker.record({ n: 1 });
  const running = first.worker.processPending();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = first.restart();
  const overtaking = second.worker.processPending();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(answers).toHaveLength(2);
  answers[0]!();
  await running;
  expect(await numbersOf(first, 'history')).toEqual([]);
  answers[1]!();
  await overtaking;
  expect(await numbersOf(second, 'history')).toEqual([1]);
  expect([...first.nudges, ...second.nudges]).toHaveLength(1);
});
