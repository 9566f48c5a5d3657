import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  createMemoryPersistence,
  createSimulatedClock,
  GoalDrivenFeedbackLoop,
  SimpleGoalFeedbackStrategy,
  type Action,
  type GoalFeedbackStrategy,
} from 'nudgeloop/core';

const strategy = new SimpleGoalFeedbackStrategy();
const goalState = { steps: 10_000 };

describe('a loop by itself', () => {
  test('needs nothing but a strategy', async () => {
    const loop = new GoalDrivenFeedbackLoop({ strategy, goalState });
    await loop.extendHistory([{ steps: 4_000 }]);
    expect((await loop.suggestActions([], { steps: 4_500 }))[0]?.['steps']).toBe(7_000);
  });

  test('keeps nothing with a limit of 0', async () => {
    const loop = new GoalDrivenFeedbackLoop({ strategy, goalState, retentionLimit: 0 });
    await loop.extendHistory([{ steps: 1 }, { steps: 2 }]);
    expect(await loop.history()).toEqual([]);
    expect(await loop.baselines()).toEqual({});
  });

  test('does not take true for a number, nor the timestamp for a metric', async () => {
    const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: { done: true, steps: 4 } });
    await loop.suggestActions([{ done: false, steps: true, timestamp: 5 }], []);
    expect(await loop.baselines()).toEqual({});
    expect(await loop.lastAnalysis()).toEqual({});
  });

  test('does not steer toward a goal that is text, though text in an action may be a number', async () => {
    const loop = new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy(), goalState: { steps: '10', minutes: 10 } });
    expect(await loop.suggestActions([{ steps: '4', minutes: '4' }], [{ steps: '4', minutes: '4' }])).toMatchObject([{ steps: '4', minutes: 7 }]);
  });

  test('forgets what grew too old while nobody looked', async () => {
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    const clock = createSimulatedClock(0);
    const options = { strategy, persistence, clock, retentionWindow: { days: 1 } };
    await new GoalDrivenFeedbackLoop(options).extendHistory([{ steps: 1 }]);
    clock.advance(2 * 86_400_000);
    expect(await new GoalDrivenFeedbackLoop(options).history()).toEqual([]);
  });

  test('keeps right baselines when another field becomes the timestamp', async () => {
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    const options = { strategy, persistence, retentionLimit: 2, clock: createSimulatedClock(0) };
    await new GoalDrivenFeedbackLoop({ ...options, timestampField: 't' }).extendHistory([{ t: 5, n: 1 }, { t: 6, n: 2 }]);
    const loop = new GoalDrivenFeedbackLoop(options);
    await loop.extendHistory([{ t: 7, n: 3 }]);
    expect(await loop.baselines()).toEqual({ t: 6, n: 2 });
  });

  test('goes on after numbers at the edge of what can be counted', async () => {
    const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: { n: 1.7e308 } });
    await loop.extendHistory([{ n: -1.7e308 }]);
    const [suggestion] = await loop.suggestActions([], { n: 1 });
    expect(suggestion).toMatchObject({ n: 1 });
  });

  test('is unchanged by a strategy that fails, even when a history was passed', async () => {
    const broken: GoalFeedbackStrategy = { suggestActions: () => Promise.reject(new Error('no')) };
    const loop = new GoalDrivenFeedbackLoop({ strategy: broken, goalState });
    await loop.extendHistory([{ steps: 1 }]);
    const before = await loop.history();
    await expect(loop.suggestActions([{ steps: 7 }], [{ steps: 8 }])).rejects.toMatchObject({ code: 'strategy.failed' });
    expect(await loop.history()).toEqual(before);
  });

  test('shows a strategy as much history as it asks for, and at most 100 entries if it asks for nothing', async () => {
    const seen: number[] = [];
    const watch = (lookback?: number): GoalFeedbackStrategy => ({
      ...(lookback === undefined ? {} : { lookback }),
      suggestActions: (history, actions) => (seen.push(history.length), actions),
    });
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    await new GoalDrivenFeedbackLoop({ strategy, persistence }).extendHistory(Array.from({ length: 150 }, (_, steps) => ({ steps })));
    for (const lookback of [undefined, 3, 1, 0]) {
      await new GoalDrivenFeedbackLoop({ strategy: watch(lookback), persistence, goalState }).suggestActions([], []);
    }
    expect(seen).toEqual([100, 3, 1, 0]);
  });

  test('refuses a strategy whose lookback is no number when it is made, not at every call', () => {
    const make = () => new GoalDrivenFeedbackLoop({ strategy: { lookback: Number.NaN, suggestActions: () => [] } });
    expect(make).toThrow(expect.objectContaining({ code: 'options.invalid', details: { option: 'strategy' } }));
  });

  test('gives the next metric value as baseline when the oldest goes, as a scan of all would', async () => {
    const entry = fc.record({ a: fc.option(fc.integer()), b: fc.option(fc.integer()), at: fc.integer({ min: 0, max: 99 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 8 }), fc.integer({ min: 0, max: 6 }), async (batches, retentionLimit) => {
        const clock = createSimulatedClock(100);
        const loop = new GoalDrivenFeedbackLoop({ strategy, clock, retentionLimit, retentionWindow: 60 });
        let model: Action[] = [];
        for (const batch of batches) {
          const actions = batch.map(({ a, b, at }): Action => ({ timestamp: at, ...(a === null ? {} : { a }), ...(b === null ? {} : { b: String(b) }) }));
          await loop.extendHistory(actions);
          if (actions.length > 0) {
            const limited = [...model, ...actions].slice(retentionLimit === 0 ? Number.POSITIVE_INFINITY : -retentionLimit);
            model = limited.filter(({ timestamp }) => Number(timestamp) >= clock.now() - 60);
          }
          const baseline = (metric: string) => model.map((action) => action[metric]).find((value) => value !== undefined);
          expect(await loop.history()).toEqual(model);
          const expected = Object.fromEntries(['a', 'b'].map((metric) => [metric, baseline(metric)]).filter(([, value]) => value !== undefined).map(([metric, value]) => [metric, Number(value)]));
          expect(await loop.baselines()).toEqual(expected);
          clock.advance(10);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a trusted strategy that throws is told as what it is, and nothing is changed', async () => {
  const throwing: GoalFeedbackStrategy = {
    trusted: true,
    suggestActions() {
      throw new RangeError('mine');
    },
  };
  const loop = new GoalDrivenFeedbackLoop({ strategy: throwing });
  await expect(loop.suggestActions([{ steps: 1 }], { steps: 2 })).rejects.toMatchObject({ code: 'strategy.failed' });
  expect(await loop.history()).toEqual([]);
});

test.each([
  [[{ steps: 1 }, { days: [1, Number.NaN] }], 'item 1, which is refused: not a finite number', ', at "days.1".'],
  [[{ steps: 1 }, 5], 'item 1, which is refused: not a record', '.'],
])('of an answer of a strategy that is refused, the item is named, and in the text its field', async (answer, problem, where) => {
  const strategy: GoalFeedbackStrategy = { suggestActions: () => answer as never };
  const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: { steps: 10 } });
  const message = expect.stringContaining(`returned ${problem}${where}`) as unknown;
  await expect(loop.suggestActions([], [{ steps: 1 }])).rejects.toMatchObject({ code: 'strategy.failed', message, details: { problem: `returned ${problem}` } });
});

test('a strategy of the app may suggest 10,000 actions at once, and not one more', async () => {
  const suggest = (count: number) => {
    const own: GoalFeedbackStrategy = { suggestActions: () => Array.from({ length: count }, () => ({ steps: 1 })) };
    return new GoalDrivenFeedbackLoop({ strategy: own, goalState }).suggestActions([], [{ steps: 1 }]);
  };
  expect(await suggest(10_000)).toHaveLength(10_000);
  await expect(suggest(10_001)).rejects.toMatchObject({ code: 'strategy.failed', details: { problem: 'returned 10001 items' } });
});
