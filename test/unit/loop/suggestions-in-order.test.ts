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
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'slow' } } }));
    const suggesting = ok(api.suggestActions({ loop: 'a', history, actions: [{ n: 1 }] }));
    await asked(1);
    const finish = async () => {
      answer(1);
      return numbers(await suggesting);
    };
    const stored = async () => (await ok(api.history({ loop: 'a' }))).map(({ action }) => action);
    return { api, clock, finish, stored };
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
    expect(numbers(await stored())).toEqual([7]);
  });

  test.each([
    [[], [2, 1]],
    [[{ n: 10 }], [10, 1, 2]],
  ])('an action that is recorded stays, with the history %j, and the times are in the order of the history', async (history, expected) => {
    const { api, clock, finish, stored } = await setUp(history);
    clock.advance(1_000);
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 2 }] }));
    await ok(api.poke({ loop: 'a' }));
    clock.advance(1_000);
    await finish();
    const actions = await stored();
    expect(numbers(actions)).toEqual(expected);
    const times = actions.map(({ timestamp }) => timestamp as string);
    expect(times).toEqual([...times].sort());
  });
});

test('two calls at once that pass the same history leave it in the history once, and both of their actions', async () => {
  const strategy: GoalFeedbackStrategy = { suggestActions: async (_history, actions) => actions };
  const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: { n: 9 } });
  const history = [{ n: 1 }, { n: 2 }];
  await Promise.all([loop.suggestActions(history, { n: 3 }), loop.suggestActions(history, { n: 4 })]);
  expect(numbers(await loop.history())).toEqual([1, 2, 4, 3]);
});

test('actions at which a strategy hangs hold a suggestion up for no longer than the strategy may take', async () => {
  const { strategy, asked, answer } = createSlowStrategy();
  const { api, clock } = createTestHost({ strategies: createStrategyRegistry({ slow: () => strategy }) });
  await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'slow' } } }));
  await ok(api.setGoalState({ loop: 'a', goalState: { n: 100 } }));
  for (const n of [5, 6]) await ok(api.record({ loop: 'a', client, seq: n, actions: [{ n }] }));
  const suggesting = ok(api.suggestActions({ loop: 'a', history: [], actions: [{ n: 1 }] }));
  await asked(5);
  clock.advance(5_000);
  await asked(1);
  answer(1);
  expect(numbers(await suggesting)).toEqual([1]);
});

const step = fc.record({
  kind: fc.constantFrom('extend', 'reset', 'suggest', 'suggest', 'suggest with history'),
  isFinished: fc.boolean(),
  which: fc.nat(),
});

/** What an action stands for that was put into the history, when, counted, and whether it came with a passed history. */
interface Put {
  readonly n: number;
  readonly at: number;
  readonly isPassed: boolean;
}

test('whenever a slow strategy answers, and whichever host asked it, nothing that was recorded is lost, nothing comes back, and the baselines are those of what is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }), async (steps, retentionLimit) => {
      const persistence = createMemoryPersistence({ newId: () => 'e' });
      const { strategy, asked, answer } = createSlowStrategy();
      const open = (given: GoalFeedbackStrategy) => new GoalDrivenFeedbackLoop({ strategy: given, persistence, ...(retentionLimit && { retentionLimit }) });
      const slow = [open(strategy), open(strategy)] as const;
      const other = open(new SimpleGoalFeedbackStrategy());
      let puts = 0;
      let resets = 0;
      let expected: Put[] = [];
      const put = (isPassed: boolean, ...added: readonly number[]): void => {
        expected = [...expected, ...added.map((n): Put => ({ n, isPassed, at: (puts += 1) }))];
        if (retentionLimit !== undefined) expected = expected.slice(-retentionLimit);
      };
      const waiting: { readonly n: number; readonly past: readonly number[]; readonly puts: number; readonly resets: number; readonly done: Promise<unknown> }[] = [];
      const finish = async (which: number) => {
        const [asking] = waiting.splice(which % waiting.length, 1);
        answer(asking!.n);
        await asking!.done;
        if (asking!.resets !== resets) return;
        const later = expected.filter(({ at, isPassed }) => !isPassed && at > asking!.puts).map(({ n }) => n);
        if (asking!.past.length > 0) {
          expected = [];
          put(true, ...asking!.past);
          put(false, asking!.n, ...later);
        } else put(false, asking!.n);
      };
      const action = (n: number): Action => ({ n, [`m${n % 3}`]: n });
      for (const [index, { kind, isFinished, which }] of steps.entries()) {
        const n = 10 * (index + 1);
        if (kind === 'reset') {
          await other.resetHistory();
          resets += 1;
          expected = [];
        } else if (kind === 'extend') {
          await other.extendHistory([action(n)]);
          put(false, n);
        } else {
          const past = kind === 'suggest' ? [] : [n + 1, n + 2];
          waiting.push({ n, past, puts, resets, done: slow[index % 2 === 0 ? 0 : 1].suggestActions(past.map(action), action(n)) });
          await asked(n);
        }
        if (isFinished && waiting.length > 0) await finish(which);
      }
      while (waiting.length > 0) await finish(steps.length);
      const kept = expected.map(({ n }) => n);
      expect(numbers(await other.history())).toEqual(kept);
      const baselines = [0, 1, 2].flatMap((rest) => kept.filter((n) => n % 3 === rest).slice(0, 1).map((n) => [`m${rest}`, n]));
      expect(await other.baselines()).toEqual(Object.fromEntries([...baselines, ...kept.slice(0, 1).map((n) => ['n', n])]));
    }),
    { numRuns: 300 },
  );
});
