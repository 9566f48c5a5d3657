import { describe, expect, test } from 'vitest';
import { SimpleGoalFeedbackStrategy, type Action } from 'nudgeloop/core';
import { readNudges } from '../../../src/loop/state/outbox.ts';
import { createHarness, createOwnStrategy, goal } from './harness.ts';

describe('recording', () => {
  test('an action brings a nudge half of the way to the goal', async () => {
    const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy());
    await worker.setGoalState(goal);
    await worker.record({ steps: 4_000 });
    await worker.record({ steps: 5_000 });
    expect(nudges.map(({ cause, suggestions }) => [cause, suggestions[0]?.['steps']])).toEqual([
      ['actions', 5_000],
      ['actions', 7_000],
    ]);
    expect(nudges[1]?.analysis['steps']).toEqual({
      goal: 10_000, current: 4_000, gap: 6_000, baseline: 4_000, trend: 'stable', progressRatio: 0,
    });
  });

  test('what a trusted strategy suggests is kept as its JSON, in memory as in a database: a Date as its text', async () => {
    // The types refuse it; JavaScript does not.
    const suggestActions = () => [{ until: new Date(0) }] as never;
    const { worker, nudges } = createHarness({ trusted: true, suggestActions });
    await worker.setGoalState({ steps: 10 });
    await worker.record({ steps: 5 });
    const kept = await worker.read((transaction, state) => readNudges(transaction, state, -1, 9));
    for (const each of [nudges, kept]) expect(each.at(-1)?.suggestions).toEqual([{ until: '1970-01-01T00:00:00.000Z' }]);
  });

  test('without a goal, actions are kept and nobody is bothered', async () => {
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy);
    await worker.handleEvent({ type: 'actions', actions: [{ steps: 1 }, { steps: 2 }] });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(2);
    expect(nudges).toEqual([]);
    expect(strategy.calls).toBe(0);
  });

  test('is logged at the level debug, and so is how many actions the retention removed for it', async () => {
    const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { retentionLimit: 2, name: 'steps' });
    await worker.record([{ steps: 1 }, { steps: 2 }]);
    await worker.record({ steps: 3 });
    expect(logged.map(({ level, code, fields }) => [level, code, fields])).toEqual([
      ['debug', 'actions.recorded', { loop: 'steps', actions: 2 }],
      ['debug', 'history.pruned', { loop: 'steps', removed: 1 }],
      ['debug', 'actions.recorded', { loop: 'steps', actions: 1 }],
    ]);
  });

  test('a call that is sent again is taken once, and says so', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    const id = { client: 'client-1', seq: 0 };
    expect((await worker.record({ steps: 1 }, id)).duplicate).toBe(false);
    expect((await worker.record({ steps: 1 }, id)).duplicate).toBe(true);
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(1);
  });

  test('calls that overtake one another are each taken once', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (const seq of [3, 0, 2, 0, 1, 3]) await worker.record({ n: seq }, { client: 'client-1', seq });
    const kept = await worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ value }) => (value as Action)['n']));
    expect(kept).toEqual([3, 0, 2, 1]);
  });

  test('a client that says what it still awaits is remembered by no more than that', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (let seq = 0; seq < 50; seq += 1) await worker.record({ n: seq }, { client: 'client-1', seq, oldest: Math.max(0, seq - 2) });
    const document = await worker.read((tx) => tx.readDocument('receipts:client-1'));
    expect((document as { seen: unknown[] }).seen).toHaveLength(3);
    expect((await worker.record({ n: 48 }, { client: 'client-1', seq: 48, oldest: 48 })).duplicate).toBe(true);
  });

  test('a late copy of a call that was settled long ago does nothing, whatever it claims to await', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (let seq = 0; seq < 5; seq += 1) await worker.record({ n: seq }, { client: 'client-1', seq, oldest: seq });
    for (const oldest of [0, 3, undefined]) {
      await expect(worker.record({ n: 3 }, { client: 'client-1', seq: 3, oldest })).rejects.toMatchObject({ code: 'receipt.conflict' });
    }
    // One that claims to await only what is to come makes the host forget no more than its own past.
    await worker.record({ n: 5 }, { client: 'client-1', seq: 5, oldest: 1_000_000 });
    await worker.record({ n: 6 }, { client: 'client-1', seq: 6 });
    await worker.record({ n: 7 }, { client: 'client-1', seq: 7, oldest: 6 });
    expect((await worker.record({ n: 6 }, { client: 'client-1', seq: 6, oldest: 6 })).duplicate).toBe(true);
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(8);
  });

  test('an id that is used again for other actions is refused, and the first stands', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    const id = { client: 'client-1', seq: 7 };
    await worker.record({ steps: 1 }, id);
    await expect(worker.record({ steps: 2 }, id)).rejects.toMatchObject({ code: 'receipt.conflict' });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(1);
  });

  test('a bad action among good ones is refused with its place, and none is taken', async () => {
    const { worker, persistence } = createHarness(new SimpleGoalFeedbackStrategy());
    await expect(worker.record([{ steps: 1 }, { steps: Number.NaN }])).rejects.toMatchObject({
      code: 'action.invalid',
      details: { index: 1, path: 'steps' },
    });
    expect(persistence.counts.writes).toBe(0);
  });

  test('a hundred calls at once share a few transactions, and each gets its own answer', async () => {
    const { worker, persistence } = createHarness(new SimpleGoalFeedbackStrategy());
    const calls = Array.from({ length: 100 }, (_, seq) => worker.record({ n: seq }, { client: 'client-1', seq: seq % 99 }));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(99);
    expect(results[99]).toMatchObject({ status: 'rejected', reason: { code: 'receipt.conflict' } });
    expect(persistence.counts.writes).toBeLessThanOrEqual(2);
  });

  test('when the queue is full, a call is refused, and the same call is taken once there is room', async () => {
    const strategy = createOwnStrategy();
    const { worker } = createHarness(strategy, { pendingLimit: 2 });
    for (const seq of [0, 1]) await worker.record({ n: seq }, { client: 'client-1', seq });
    const third = { client: 'client-1', seq: 2 };
    await expect(worker.record({ n: 2 }, third)).rejects.toMatchObject({ code: 'queue.full', details: { limit: 2 } });
    await worker.processPending();
    expect((await worker.record({ n: 2 }, third)).duplicate).toBe(false);
  });
});
