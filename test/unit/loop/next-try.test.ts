import { describe, expect, test } from 'vitest';
import { createHarness, createOwnStrategy, goal, type Harness } from './harness.ts';

/** A strategy that fails at every action whose number is a failing one. */
function failingAt(isFailing: (n: number) => boolean) {
  return createOwnStrategy((actions) => (actions.some(({ n }) => isFailing(Number(n))) ? Promise.reject(new Error('down')) : actions));
}

/** What waits: each entry's first number, and in how many milliseconds it is tried next. */
async function waitsOf({ worker, clock }: Harness): Promise<[n: unknown, wait: number | null | undefined][]> {
  const { items } = (await worker.inspect()).pending;
  return items.map(({ actions, nextAt }) => [actions[0]?.['n'], nextAt && nextAt - clock.now()]);
}

async function setUp(strategy = failingAt(() => true), options: Parameters<typeof createHarness>[1] = {}): Promise<Harness> {
  const harness = createHarness(strategy, options);
  await harness.worker.setGoalState(goal);
  return harness;
}

describe('an inspection says of what waits when it is tried next', () => {
  test('none of what is due: it is tried at the next wake-up', async () => {
    const harness = await setUp();
    await harness.worker.record({ n: 0 });
    await harness.worker.record([{ n: 1 }, { n: 2 }]);
    expect(await waitsOf(harness)).toEqual([[0, null], [1, null]]);
  });

  test('by its own wait, which a later one and a restart leave as it is, and which ends', async () => {
    const harness = await setUp(failingAt((n) => n === 0));
    await harness.worker.record({ n: 0 });
    await harness.worker.wake();
    expect(await waitsOf(harness)).toEqual([[0, 1_000]]);
    harness.clock.advance(400);
    await harness.worker.record({ n: 3 });
    expect(await waitsOf(harness.restart())).toEqual([[0, 600], [3, null]]);
    harness.clock.advance(600);
    expect(await waitsOf(harness)).toEqual([[0, null], [3, null]]);
    await harness.worker.wake();
    expect(await waitsOf(harness)).toEqual([[0, 2_000]]);
  });

  test('when it is indeed tried', async () => {
    const strategy = failingAt(() => true);
    const harness = await setUp(strategy);
    await harness.worker.record({ n: 0 });
    await harness.worker.wake();
    const [[, wait]] = (await waitsOf(harness)) as [[unknown, number]];
    harness.clock.advance(wait - 1);
    await harness.worker.wake();
    expect(strategy.calls).toBe(1);
    harness.clock.advance(1);
    await harness.worker.wake();
    expect(strategy.calls).toBe(2);
  });

  test('not before the strategy is asked again at all, which failed at every action', async () => {
    const harness = await setUp(undefined, { pollInterval: 10_000 });
    for (const n of [0, 1, 2, 3]) await harness.worker.record({ n });
    const { nextAt } = await harness.worker.wake();
    expect(nextAt).toBe(harness.clock.now() + 10_000);
    expect(await waitsOf(harness)).toEqual([[0, 10_000], [1, 10_000], [2, 10_000], [3, 10_000]]);
  });

  test('together with the others that wait for room among the dead letters', async () => {
    const harness = await setUp(failingAt((n) => n < 3), { maxAttempts: 1, deadLetterLimit: 1 });
    for (const n of [0, 1]) await harness.worker.record({ n });
    await harness.worker.wake();
    expect(await waitsOf(harness)).toEqual([[1, 300_000]]);
    harness.clock.advance(200_000);
    await harness.worker.record({ n: 2 });
    await harness.worker.wake();
    expect(await waitsOf(harness)).toEqual([[1, 100_000], [2, 100_000]]);
  });

  test('at once, where only a clock that was set back has it wait', async () => {
    const harness = await setUp();
    await harness.worker.record({ n: 0 });
    await harness.worker.wake();
    harness.clock.jump(harness.clock.now() - 3_600_000);
    expect(await waitsOf(harness)).toEqual([[0, null]]);
  });
});
