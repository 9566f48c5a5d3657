import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type Action, type GoalFeedbackStrategy } from 'nudgeloop/core';

const strategy = new SimpleGoalFeedbackStrategy();
const goalState = { steps: 10_000 };

describe('a suggestion of a strategy that takes its time', () => {
  const setUp = async (history: readonly Action[] = []) => {
    const persistence = createMemoryPersistence({ newId: () => 'e' });
    const other = new GoalDrivenFeedbackLoop({ strategy, persistence, goalState });
    await other.extendHistory([{ steps: 4_000 }]);
    let answer = (): void => undefined;
    const asked = new Promise<void>((begun) => {
      const slow: GoalFeedbackStrategy = {
        suggestActions: (_history, actions) => {
          begun();
          return new Promise((resolve) => (answer = () => resolve(actions)));
        },
      };
      const loop = new GoalDrivenFeedbackLoop({ strategy: slow, persistence });
      suggesting = loop.suggestActions(history, { steps: 4_500 });
    });
    await asked;
    return { persistence, other, answer: () => answer() };
  };
  let suggesting: Promise<unknown>;

  test('stores nothing in a loop that was erased meanwhile', async () => {
    const { persistence, other, answer } = await setUp();
    await persistence.write('default', async (transaction) => transaction.clear());
    await other.extendHistory([{ steps: 1 }]);
    answer();
    await expect(suggesting).rejects.toMatchObject({ code: 'epoch.reset' });
    expect(await other.history()).toMatchObject([{ steps: 1 }]);
    expect(await other.lastAnalysis()).toEqual({});
  });

  test('leaves no analysis of a history that was reset, or of a goal that was changed, meanwhile', async () => {
    for (const change of [(loop: GoalDrivenFeedbackLoop) => loop.resetHistory(), (loop: GoalDrivenFeedbackLoop) => loop.setGoalState({ steps: 1 })]) {
      const { other, answer } = await setUp();
      await change(other);
      answer();
      expect(await suggesting).toMatchObject([{ steps: 4_500 }]);
      expect(await other.lastAnalysis()).toEqual({});
    }
  });

  test('leaves its analysis though something was recorded meanwhile', async () => {
    const { other, answer } = await setUp();
    await other.extendHistory([{ steps: 1 }]);
    answer();
    await suggesting;
    expect(await other.lastAnalysis()).toMatchObject({ steps: { goal: 10_000 } });
  });

  test('replaces the history by the one that was passed, and keeps what was recorded meanwhile', async () => {
    const { other, answer } = await setUp([{ steps: 2 }, { steps: 3 }]);
    await other.extendHistory([{ steps: 1 }]);
    answer();
    await suggesting;
    expect((await other.history()).map(({ steps }) => steps)).toEqual([2, 3, 4_500, 1]);
  });
});
