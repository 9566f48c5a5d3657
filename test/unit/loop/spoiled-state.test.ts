import fc from 'fast-check';
import { createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type JsonValue } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';
import { initialLoopState } from '../../../src/loop/state/loop-state.ts';
import { readLoopState } from '../../../src/loop/state/read-loop-state.ts';

const read = (change: Record<string, unknown>) => () => readLoopState({ ...initialLoopState('life'), ...change } as unknown as JsonValue);
const code = (work: () => unknown): string => {
  try {
    work();
    return 'read';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
};

describe('a state that something else wrote is refused as a whole', () => {
  test.each([
    ['a count that is text', { history: { first: 0, next: 0, count: '1', bytes: 0, oldestAt: null } }],
    ['a count below nothing', { pending: { first: 0, next: 0, count: -1, bytes: 0 } }],
    ['a count that is no number', { outbox: { first: 0, next: Number.NaN, count: 0, bytes: 0, dropped: 0 } }],
    ['a list in place of a record', { metrics: [] }],
    ['a metric without a value', { metrics: { steps: { seq: 0, latest: 1 } } }],
    ['a try that is text', { tries: { 3: 'x' } }],
    ['a revision that is a record', { revision: {} }],
    ['an analysis that is text', { analysis: 'x' }],
    ['a goal that is a number', { goalState: 7 }],
    ['a wait without an end', { backoff: { failures: 1 } }],
  ])('%s', (_title, change) => {
    expect(code(read(change))).toBe('message.invalid');
  });

  test('and whatever else: it is read, or refused with a code', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(initialLoopState())), fc.anything(), (field, value) => {
        expect(['read', 'message.invalid', 'storage.newer']).toContain(code(read({ [field]: value })));
      }),
    );
  });
});

test('a state of an older release, without what is counted now, is read', () => {
  const { tries: _tries, fence: _fence, time: _time, ...older } = initialLoopState('life');
  const state = readLoopState({ ...older, history: { first: 0, next: 3, count: 3, oldestAt: 1 } } as unknown as JsonValue);
  expect(state.history).toEqual({ first: 0, next: 3, count: 3, bytes: 0, oldestAt: 1 });
});

test('baselines of an older release, which counted metrics, are taken over and renewed', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const options = { strategy: new SimpleGoalFeedbackStrategy(), persistence, retentionLimit: 2 };
  await new GoalDrivenFeedbackLoop(options).extendHistory([{ a: 1, b: 1 }, { a: 2 }]);
  await persistence.write('default', async (tx) => {
    const state = (await tx.readDocument('state')) as Record<string, JsonValue>;
    tx.writeDocument('state', { ...state, metrics: { a: { value: 1, seq: 0, count: 2 }, b: { value: 1, seq: 0, count: 1 } } }, 0);
  });
  const loop = new GoalDrivenFeedbackLoop(options);
  await loop.extendHistory([{ c: 3 }]);
  expect(await loop.baselines()).toEqual({ a: 2, c: 3 });
});
