import { SimpleGoalFeedbackStrategy, systemClock, type Action, type GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop, judge } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const goalState = { steps: 10_000 };
const now = Date.UTC(2025, 0, 6);
const echo: GoalFeedbackStrategy = { suggestActions: (_history, actions) => actions };
const answering = (answer: unknown, trusted = false): GoalFeedbackStrategy => ({ trusted, suggestActions: () => answer as Action[] });

describe('a strategy that is judged alone', () => {
  test.each([
    ['a trusted one', new SimpleGoalFeedbackStrategy()],
    ['one of an app', echo],
    ['one that takes a few turns', { suggestActions: async (_history, actions) => (await new Promise<void>((resolve) => void setImmediate(resolve)), actions) } satisfies GoalFeedbackStrategy],
  ])('hands out what the loop would: %s', async (_what, strategy) => {
    const loop = createTestLoop({ goalState, start: now, worker: { strategy } });
    await loop.client.record({ steps: 4_000, mood: 'fine' });
    await loop.advance(0);
    await loop.client.record({ steps: 5_000 });
    await loop.advance(0);
    const { suggestions, analysis } = (await loop.client.nudges())[1]!;
    const given = { history: [{ steps: 4_000, mood: 'fine' }], actions: { steps: 5_000 }, goalState, now };
    expect(await judge(strategy, given)).toEqual({ suggestions, analysis });
  });

  test('sees as much of the history as it looks back on, the baselines of all of it, and the time', async () => {
    const seen: unknown[] = [];
    const strategy: GoalFeedbackStrategy = {
      lookback: 1,
      suggestActions(history, _actions, _goal, { baselines, now: at }) {
        seen.push(history.map(({ steps }) => steps), baselines, at);
        return [];
      },
    };
    await judge(strategy, { history: [{ steps: 1 }, { steps: 2 }, { steps: 3 }], actions: [], goalState, now });
    expect(seen).toEqual([[3], { steps: 1 }, now]);
  });

  test('is judged on the day on which test loops begin, if no time is given', async () => {
    const seen: number[] = [];
    const strategy: GoalFeedbackStrategy = { suggestActions: (_history, actions, _goal, { now: at }) => (seen.push(at), actions) };
    const { suggestions } = await judge(strategy, { actions: {}, goalState });
    expect(seen).toEqual([createTestLoop().clock.now()]);
    expect(suggestions).toEqual([{ timestamp: '2025-01-06T00:00:00.000Z' }]);
  });

  test('is not asked without a goal, as in the loop', async () => {
    const strategy: GoalFeedbackStrategy = { suggestActions: () => expect.unreachable() };
    expect(await judge(strategy, { actions: { steps: 1 }, goalState: {} })).toEqual({ suggestions: [], analysis: {} });
  });

  test('gets the time field that the loop has', async () => {
    const { suggestions } = await judge(echo, { actions: { at: 5, steps: 1 }, goalState }, { timestampField: 'at' });
    expect(suggestions).toEqual([{ at: 5, steps: 1 }]);
  });

  test('sees a history that is longer than a call may be', async () => {
    const silent = answering([]);
    const history = Array.from({ length: 10_001 }, (_, steps) => ({ steps }));
    const { analysis } = await judge(silent, { history, actions: {}, goalState });
    expect(analysis['steps']).toMatchObject({ current: 10_000 });
    await expect(judge(silent, { history: [...history, 7 as never], actions: {}, goalState })).rejects.toMatchObject({ code: 'action.invalid', details: { index: 10_001 } });
  });

  test('cannot change what it was given, if it is not trusted', async () => {
    const history = [{ steps: 1 }];
    const strategy: GoalFeedbackStrategy = {
      suggestActions(given) {
        Object.assign(given[0]!, { steps: 9 });
        return [];
      },
    };
    await judge(strategy, { history, actions: [], goalState });
    expect(history).toEqual([{ steps: 1 }]);
  });
});

describe('refuses', () => {
  test.each([
    ['a strategy that throws', { suggestActions: () => { throw new RangeError('mine'); } }, 'strategy.failed'],
    ['a strategy that rejects', { suggestActions: () => Promise.reject(new Error('mine')) }, 'strategy.failed'],
    ['no list', answering({}), 'strategy.failed'],
    ['a list with nothing in it', answering(Array.from({ length: 1 })), 'strategy.failed'],
    ['NaN', answering([{ steps: Number.NaN }]), 'strategy.failed'],
    ['a Map', answering([new Map()]), 'strategy.failed'],
    ['a trusted strategy that throws', { trusted: true, suggestActions: () => { throw new Error('mine'); } }, 'strategy.failed'],
    ['a trusted strategy that returns a promise', answering(Promise.resolve([]), true), 'strategy.failed'],
    ['what is no strategy', {}, 'options.invalid'],
    ['a lookback that is no number', { lookback: Number.NaN, suggestActions: () => [] }, 'options.invalid'],
  ])('%s, as the worker does', async (_what, strategy, code) => {
    await expect(judge(strategy as GoalFeedbackStrategy, { actions: {}, goalState })).rejects.toMatchObject({ code });
  });

  test('a strategy that rejects with what is no error, and keeps that as the cause', async () => {
    const strategy: GoalFeedbackStrategy = { suggestActions: () => Promise.reject('mine') };
    await expect(judge(strategy, { actions: {}, goalState })).rejects.toMatchObject({ details: { problem: 'rejected' }, cause: 'mine' });
  });

  test.each([
    ['an action', { actions: { steps: Number.NaN }, goalState }, 'action.invalid'],
    ['a history', { history: [7 as never], actions: {}, goalState }, 'action.invalid'],
    ['a goal', { actions: {}, goalState: [] as never }, 'goal.invalid'],
    ['a time', { actions: {}, goalState, now: Number.NaN }, 'options.invalid'],
  ])('%s that no page could have sent', async (_what, given, code) => {
    await expect(judge(echo, given)).rejects.toMatchObject({ code });
  });

  test.each([
    ['deadline', -1],
    ['deadline', 0],
    ['deadline', Number.NaN],
    ['deadline', Infinity],
    ['deadline', '5'],
    ['timestampField', 7],
    ['timestampField', ''],
    ['clock', {}],
    ['deadlne', 5],
  ])('the option %s: %o, instead of never coming to an end or ignoring it', async (option, value) => {
    const hanging = answering(new Promise(() => undefined));
    const judged = judge(hanging, { actions: {}, goalState }, { [option]: value });
    await expect(judged).rejects.toMatchObject({ code: 'options.invalid', details: { option } });
  });

  test('a case with a misspelt part', async () => {
    const given = { actions: {}, goalState, histroy: [] };
    await expect(judge(echo, given)).rejects.toMatchObject({ code: 'options.invalid', details: { option: 'histroy' } });
  });

  test('a strategy that takes longer than its deadline, by whatever clock', async () => {
    const hanging = answering(new Promise(() => undefined));
    const given = { actions: {}, goalState };
    await expect(judge(hanging, given, { deadline: 70 })).rejects.toMatchObject({ code: 'strategy.timeout', details: { deadline: 70 } });
    await expect(judge(hanging, given, { deadline: 5, clock: systemClock })).rejects.toMatchObject({ code: 'strategy.timeout' });
  });
});
