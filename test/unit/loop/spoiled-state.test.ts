import fc from 'fast-check';
import { createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type JsonValue } from 'nudgeloop/core';
import { describe, expect, test } from 'vitest';
import { checkImport } from '../../../src/loop/check-import.ts';
import { exportLoop } from '../../../src/loop/loop-queries.ts';
import { initialLoopState } from '../../../src/loop/state/loop-state.ts';
import { readNudges } from '../../../src/loop/state/outbox.ts';
import { putPending } from '../../../src/loop/state/pending.ts';
import { readLoopState } from '../../../src/loop/state/read-loop-state.ts';
import { createHarness, createOwnStrategy, type Harness } from './harness.ts';

const read = (change: Record<string, unknown>) => () => readLoopState({ ...initialLoopState(), incarnation: 'life', ...change } as unknown as JsonValue);
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
  const { tries: _tries, fence: _fence, time: _time, ...older } = { ...initialLoopState(), incarnation: 'life' };
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

describe('rows that are gone or spoiled, though the state counts them, take no room from new ones', () => {
  const spoil = ({ persistence }: Harness, change: object) =>
    persistence.write('default', async (tx) => tx.writeDocument('state', { ...initialLoopState(), incarnation: 'life', goalState: { steps: 10 }, ...change } as unknown as JsonValue, 0));

  test.each([0, 20])('advice comes, and stays until it is acknowledged, where the first has place %i', async (first) => {
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 20 });
    await spoil(harness, { outbox: { first, next: 20, count: 20, bytes: 4_000, dropped: 0 } });
    const { worker } = harness;
    for (const steps of [1, 2, 3]) await worker.record({ steps });
    expect((await worker.read((tx, state) => readNudges(tx, state, -1, 10))).map(({ seq }) => seq)).toEqual([20, 21, 22]);
    expect(await worker.read(async (_tx, { outbox }) => [outbox.count, outbox.dropped])).toEqual([3, 0]);
  });

  test('advice stays also where the loop has no room by its count', async () => {
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 100, storageLimit: 10_000 });
    await spoil(harness, { outbox: { first: 0, next: 20, count: 20, bytes: 9_950, dropped: 0 } });
    await harness.worker.record({ steps: 1 });
    expect((await harness.worker.read((tx, state) => readNudges(tx, state, -1, 10))).map(({ seq }) => seq)).toEqual([20]);
  });

  test('where some of the advice is there still, it gives way by number as ever', async () => {
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 4 });
    const { worker, persistence } = harness;
    await worker.setGoalState({ steps: 10 });
    for (const steps of [1, 2, 3, 4]) await worker.record({ steps });
    await persistence.write('default', async (tx) => {
      const state = (await tx.readDocument('state')) as unknown as ReturnType<typeof initialLoopState>;
      const { outbox = [], ...journals } = state.near.journals;
      const near = { ...state.near, journals: { ...journals, outbox: outbox.filter(({ seq }) => seq > 1) } };
      tx.writeDocument('state', { ...state, near } as unknown as JsonValue, 0);
    });
    const { worker: later } = harness.restart();
    for (const steps of [5, 6, 7, 8]) await later.record({ steps });
    expect((await later.read((tx, state) => readNudges(tx, state, -1, 10))).map(({ seq }) => seq)).toEqual([4, 5, 6, 7]);
    expect(await later.read(async (_tx, { outbox }) => outbox.count)).toBe(4);
  });

  test('an action that failed too often becomes a dead letter', async () => {
    const harness = createHarness(createOwnStrategy(() => Promise.reject(new Error('no'))), { deadLetterLimit: 2, maxAttempts: 1 });
    await spoil(harness, { dead: { next: 2, count: 2, bytes: 400 } });
    await harness.worker.record({ steps: 1 });
    await harness.worker.processPending();
    expect(await harness.worker.read(async (tx) => (await tx.readForward('dead', 0, 10)).map(({ seq }) => seq))).toEqual([2]);
    expect(await harness.worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([1, 0]);
  });
});

test('an action on a day that no calendar has, which an earlier release stored, is judged still, read, and imported again', async () => {
  const action = { steps: 1, timestamp: '2026-02-31T08:00:00.000Z' };
  const { worker, nudges, clock } = createHarness(createOwnStrategy());
  await worker.setGoalState({ steps: 10 });
  const at = Date.UTC(2026, 2, 3, 8);
  await worker.change(async (transaction, state) => {
    transaction.append('history', [{ seq: 0, at, value: action }]);
    state.history = { ...state.history, next: 1, count: 1, oldestAt: at };
    putPending(transaction, state, [action], clock.now(), 10);
  });
  await worker.wake();
  expect(nudges.at(-1)).toMatchObject({ cause: 'actions', suggestions: [action] });
  const file = await worker.read((transaction, state) => exportLoop(transaction, state, 'default', 0));
  expect(file.history).toEqual([{ at, action }, { at: clock.now(), action }]);
  const given = checkImport(file, { timestampField: 'timestamp', storageLimit: 1_000 });
  expect(given.history).toEqual(file.history);
});
