import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type Action, type GoalFeedbackStrategy, type Suggestion } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { client, createTestHost, ok, range } from '../host/test-host.ts';

/** A strategy that answers each question when it is told to, by the first action that it was asked about. */
function createSlowStrategy() {
  const open = new Map<unknown, () => void>();
  let heard = (): void => undefined;
  const strategy: GoalFeedbackStrategy = {
    suggestActions: (_history, actions) =>
      new Promise<readonly Suggestion[]>((resolve) => {
        open.set(actions[0]?.['n'], () => resolve(actions));
        heard();
      }),
  };
  const asked = async (n: number): Promise<void> => {
    while (!open.has(n)) await new Promise<void>((resolve) => (heard = resolve));
  };
  return { strategy, asked, answer: (n: number) => open.get(n)!() };
}

const numbers = (actions: readonly Action[]) => actions.map(({ n }) => n);

describe('what is asked of a loop while a slow strategy is asked for a suggestion', () => {
  /** A host whose loop was asked for a suggestion on action 1, with the history 10, 11. */
  const setUp = async (history: readonly Action[] = [{ n: 10 }, { n: 11 }]) => {
    const { strategy, asked, answer } = createSlowStrategy();
    const { api, clock } = createTestHost({ strategies: createStrategyRegistry({ slow: () => strategy }) });
    const hello = (settings: object = {}) => ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'slow' }, ...settings } }));
    const suggest = async (n: number, past: readonly Action[]) => {
      const suggesting = ok(api.suggestActions({ loop: 'a', history: past, actions: [{ n }] }));
      await asked(n);
      return async () => {
        answer(n);
        return numbers(await suggesting);
      };
    };
    await hello();
    const finish = await suggest(1, history);
    const stored = async () => numbers((await ok(api.history({ loop: 'a' }))).map(({ action }) => action));
    return { api, clock, hello, suggest, finish, stored };
  };

  test('a reset stays one, also of a loop that was empty', async () => {
    const { api, finish, stored } = await setUp();
    await ok(api.resetHistory({ loop: 'a' }));
    expect(await finish()).toEqual([1]);
    expect(await stored()).toEqual([]);
  });

  test('an import replaces all', async () => {
    const { api, finish, stored } = await setUp();
    const data = { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 0, goalState: null, analysis: {}, history: [{ at: 5, action: { n: 7 } }], pending: [] };
    await ok(api.importLoop({ loop: 'a', data }));
    expect(await finish()).toEqual([1]);
    expect(await stored()).toEqual([7]);
  });

  test.each([[[]], [[{ n: 10 }]]])('an action that was recorded later stands behind it, with the history %j', async (history) => {
    const { api, finish, stored } = await setUp(history);
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 2 }] }));
    await ok(api.poke({ loop: 'a' }));
    await finish();
    expect(await stored()).toEqual([...numbers(history), 1, 2]);
  });

  test.each(['first', 'second'])('a second suggestion with a history replaces it, if the %s one is answered first', async (which) => {
    const { suggest, finish, stored } = await setUp();
    const second = await suggest(2, [{ n: 20 }]);
    if (which === 'first') await finish();
    expect(await second()).toEqual([2]);
    if (which === 'second') expect(await finish()).toEqual([1]);
    expect(await stored()).toEqual([20, 2]);
  });

  test('a second suggestion under other settings replaces it too', async () => {
    const { hello, suggest, finish, stored } = await setUp();
    await hello({ retentionLimit: 100 });
    const second = await suggest(2, [{ n: 20 }]);
    await finish();
    await second();
    expect(await stored()).toEqual([20, 2]);
  });

  test('an action that is so old that it goes at once takes no suggestion with it', async () => {
    const { strategy, asked, answer } = createSlowStrategy();
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    const loop = new GoalDrivenFeedbackLoop({ strategy, persistence, retentionWindow: { days: 1 } });
    const suggesting = loop.suggestActions([], { n: 1 });
    await asked(1);
    await loop.extendHistory([{ n: 2, timestamp: 0 }]);
    answer(1);
    await suggesting;
    expect(numbers(await loop.history())).toEqual([1]);
  });
});

const step = fc.record({
  kind: fc.constantFrom('extend', 'reset', 'suggest', 'suggest', 'suggest with history'),
  isFinished: fc.boolean(),
  which: fc.nat(),
});

test('whenever a slow strategy answers, the history and its baselines are those of the order in which all was asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }), async (steps, retentionLimit) => {
      const persistence = createMemoryPersistence({ newId: () => 'e' });
      const { strategy, asked, answer } = createSlowStrategy();
      const slow = new GoalDrivenFeedbackLoop({ strategy, persistence, ...(retentionLimit && { retentionLimit }) });
      const other = new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy(), persistence, ...(retentionLimit && { retentionLimit }) });
      const waiting: { readonly n: number; readonly done: Promise<unknown> }[] = [];
      const finish = async (which: number) => {
        const [{ n, done } = { n: -1, done: undefined }] = waiting.splice(which % waiting.length, 1);
        answer(n);
        await done;
      };
      let expected: number[] = [];
      for (const [index, { kind, isFinished, which }] of steps.entries()) {
        const n = 10 * (index + 1);
        const action = (place: number): Action => ({ n: place, [`m${place % 3}`]: place });
        if (kind === 'reset') {
          await other.resetHistory();
          expected = [];
        } else if (kind === 'extend') {
          await other.extendHistory([action(n)]);
          expected.push(n);
        } else {
          const past = kind === 'suggest' ? [] : [n + 1, n + 2];
          waiting.push({ n, done: slow.suggestActions(past.map(action), action(n)) });
          await asked(n);
          expected = [...(past.length > 0 ? past : expected), n];
        }
        if (isFinished && waiting.length > 0) await finish(which);
      }
      while (waiting.length > 0) await finish(steps.length);
      const retained = retentionLimit === undefined ? expected : expected.slice(-retentionLimit);
      expect(numbers(await other.history())).toEqual(retained);
      const baselines = [0, 1, 2].flatMap((rest) => retained.filter((n) => n % 3 === rest).slice(0, 1).map((n) => [`m${rest}`, n]));
      expect(await other.baselines()).toEqual(Object.fromEntries([...baselines, ...retained.slice(0, 1).map((n) => ['n', n])]));
    }),
    { numRuns: 300 },
  );
});
