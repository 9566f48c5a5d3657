import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSimulatedClock, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type Action } from 'nudgeloop/core';
import { counting } from './harness.ts';

const strategy = new SimpleGoalFeedbackStrategy();
const goalState = { steps: 10_000 };

/** A memory that tells how many entries were read from it. */
const readingOf = () => {
  const memory = counting(createMemoryPersistence({ newId: () => 'e' }));
  const write = memory.write;
  const read = { entries: 0 };
  const tally = <T>(found: T[]): T[] => {
    read.entries += found.length;
    return found;
  };
  Object.assign(memory, {
    write: <T>(loop: string, work: Parameters<typeof write<T>>[1]) =>
      write(loop, (tx) =>
        work({
          ...tx,
          readForward: async (journal, from, limit) => tally(await tx.readForward(journal, from, limit)),
          readNewest: async (journal, before, limit) => tally(await tx.readNewest(journal, before, limit)),
          readExpired: async (journal, cutoff) => tally(await tx.readExpired(journal, cutoff)),
        }),
      ),
  });
  return { memory, read };
};

describe('a loop with a long history', () => {
  test('reads no more for one action on top of ten thousand than on top of ten', async () => {
    const cost = async (length: number) => {
      const { memory, read } = readingOf();
      const loop = new GoalDrivenFeedbackLoop({ strategy, goalState, persistence: memory, retentionLimit: length });
      await loop.extendHistory(Array.from({ length }, (_, steps) => ({ steps })));
      read.entries = 0;
      await loop.suggestActions([], [{ steps: 1 }]);
      return read.entries;
    };
    expect(await cost(10_000)).toBeLessThanOrEqual((await cost(100)) + 64);
  });

  test('lets ten thousand actions go without reading them', async () => {
    const { memory, read } = readingOf();
    const before = new GoalDrivenFeedbackLoop({ strategy, persistence: memory });
    for (const from of [0, 5_050]) await before.extendHistory(Array.from({ length: 5_050 }, (_, n) => ({ steps: from + n })));
    const loop = new GoalDrivenFeedbackLoop({ strategy, persistence: memory, retentionLimit: 100 });
    read.entries = 0;
    expect(await loop.baselines()).toEqual({ steps: 10_000 });
    expect(read.entries).toBeLessThanOrEqual(64);
    expect(await loop.history()).toHaveLength(100);
  });

  test('reads nothing more of what goes once a gap that age made has gone', async () => {
    const { memory, read } = readingOf();
    const day = 86_400_000;
    const clock = createSimulatedClock(100 * day);
    const options = { strategy, persistence: memory, clock, retentionLimit: 200, retentionWindow: { days: 30 } };
    const loop = new GoalDrivenFeedbackLoop(options);
    const steps = (count: number): Action[] => Array.from({ length: count }, (_, n) => ({ steps: n }));
    await loop.extendHistory([...steps(100), { steps: 1, timestamp: clock.now() - 29 * day }, ...steps(99)]);
    clock.advance(2 * day);
    await loop.extendHistory(steps(1));
    expect(await loop.history()).toHaveLength(199);
    for (let turn = 0; turn < 3; turn += 1) await loop.extendHistory(steps(100));
    read.entries = 0;
    await loop.extendHistory(steps(150));
    expect(read.entries).toBeLessThanOrEqual(64);
  });

  test.each([1_400, 1_999])('looks through the history once for all metrics that are found nowhere in it any more, up to the gap at %s', async (place) => {
    const { memory, read } = readingOf();
    const day = 86_400_000;
    const clock = createSimulatedClock(100 * day);
    const [rare, length] = [50, 2_000];
    const loop = new GoalDrivenFeedbackLoop({ strategy, persistence: memory, clock, retentionLimit: length, retentionWindow: { days: 30 } });
    const actions = Array.from({ length }, (_, n): Action => (n < rare ? { [`m${n}`]: n } : { note: 'x' }));
    actions[place] = { ...Object.assign({}, ...actions.slice(0, rare)), timestamp: clock.now() - 29 * day };
    await loop.extendHistory(actions);
    clock.advance(2 * day);
    read.entries = 0;
    for (let n = 0; n <= rare; n += 1) await loop.extendHistory([{ note: 'x' }]);
    expect(await loop.baselines()).toEqual({});
    expect(read.entries).toBeLessThan(2 * length + 64 * rare);
  });
});
