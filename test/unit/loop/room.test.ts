import { expect, test } from 'vitest';
import { createMemoryPersistence, isNudgeloopError, NudgeloopError, SimpleGoalFeedbackStrategy, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { ACTION_LIMITS } from '../../../src/model/action.ts';
import { GOAL_LIMITS } from '../../../src/model/goal.ts';
import { readNudges } from '../../../src/loop/state/outbox.ts';
import { counting, createHarness, createOwnStrategy } from './harness.ts';

const text = (length: number) => ({ note: 'x'.repeat(length) });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => (isNudgeloopError(error) ? error.code : 'untyped'),
  );

test('beyond storageLimit an action is refused with what to do, and what is there stays', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 10_000 });
  for (let n = 0; n < 9; n += 1) await worker.record(text(1_000));
  const refusal = worker.record(text(1_000)).catch((error: unknown) => error);
  expect(await refusal).toMatchObject({ code: 'storage.quota', details: { limit: 10_000, problem: 'storageLimit' } });
  expect(await worker.read(async (_tx, { history }) => history.count)).toBe(9);
  expect(await codeOf(worker.record({ steps: 1 }))).toBe('taken');
});

test('an app that acknowledges nothing records on: its oldest advice gives way before an action is refused', async () => {
  const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 20_000, retentionLimit: 3 });
  await worker.setGoalState({ steps: 10 });
  for (let n = 0; n < 100; n += 1) expect(await codeOf(worker.record({ steps: n, ...text(1_000) }))).toBe('taken');
  const { outbox, history } = await worker.read(async (_tx, state) => state);
  expect(outbox.dropped).toBeGreaterThan(80);
  expect(outbox.count + outbox.dropped).toBe(100);
  expect(outbox.bytes + history.bytes).toBeLessThan(23_000);
  const left = await worker.read((tx) => tx.readForward('outbox', 0, 100));
  expect([left.length, left.at(-1)?.seq]).toEqual([outbox.count, 99]);
  const dropped = logged.filter(({ code }) => code === 'outbox.dropped');
  expect(dropped.reduce((sum, { fields }) => sum + Number(fields?.['dropped']), 0)).toBe(outbox.dropped);
});

test('an action that would not fit without any advice is refused, and no advice is dropped for it', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 10_000 });
  await worker.setGoalState({ steps: 10 });
  await worker.record({ steps: 1 });
  expect(await codeOf(worker.record(text(9_990)))).toBe('storage.quota');
  expect(await worker.read(async (_tx, { outbox }) => [outbox.count, outbox.dropped])).toEqual([1, 0]);
});

test('advice on a hundred actions with hundreds of metrics holds its analysis once, and says it with each', async () => {
  const { worker, nudges } = createHarness(createOwnStrategy());
  const metrics = Object.fromEntries(Array.from({ length: 480 }, (_none, n) => [`metric${n}`, n]));
  await worker.setGoalState(metrics);
  await worker.record(metrics);
  await worker.processPending();
  await worker.record(Array.from({ length: 100 }, (_none, steps) => ({ steps })));
  await worker.processPending();
  const { suggestions, analysis } = nudges.at(-1)!;
  expect(suggestions).toHaveLength(100);
  expect(Object.keys(analysis)).toHaveLength(480);
  expect(suggestions.map(({ goalFeedback }) => goalFeedback?.analysis)).toEqual(suggestions.map(() => analysis));
  const { outbox } = await worker.read(async (_tx, state) => state);
  expect(outbox.bytes).toBeLessThan(4 * JSON.stringify(analysis).length);
  const [delivered] = await worker.read((tx, state) => readNudges(tx, state, outbox.next - 2, 1));
  expect(delivered).toEqual(nudges.at(-1));
});

test('advice on two thousand actions, each with hundreds of metrics, keeps to the newest, and the next action has room', async () => {
  const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 7_000_000 });
  const metrics = Object.fromEntries(Array.from({ length: 480 }, (_none, n) => [`metric${n}`, n]));
  await worker.setGoalState(metrics);
  await worker.record(metrics);
  await worker.record(Array.from({ length: 2_000 }, (_none, metric0) => ({ metric0 })));
  const { suggestions } = nudges.at(-1)!;
  expect(suggestions.length).toBeGreaterThan(100);
  expect(suggestions.length).toBeLessThan(2_000);
  expect(suggestions.at(-1)).toMatchObject({ metric479: expect.any(Number) });
  expect(await worker.read(async (_tx, { outbox }) => outbox.bytes)).toBeLessThan(8_100_000);
  expect(await codeOf(worker.record(text(30_000)))).toBe('taken');
});

test('of advice that is far too long, what will not be kept is not even written out', async () => {
  let written = 0;
  const long = {
    get text() {
      written += 1;
      return 'x'.repeat(1_000_000);
    },
  };
  const strategy = { trusted: true, suggestActions: (_history: unknown, actions: readonly unknown[]) => actions.map(() => long) };
  const { worker, nudges } = createHarness(strategy);
  await worker.setGoalState({ steps: 10 });
  await worker.record(Array.from({ length: 40 }, (_none, steps) => ({ steps })));
  expect(nudges.at(-1)?.suggestions).toHaveLength(7);
  // The seven that are kept, and the one that no longer fits.
  expect(written).toBe(8);
});

test('a source that brings nothing but a new place makes no advice give way, however full the loop is', async () => {
  let cursor = 0;
  const source = { name: 'watch', poll: async () => ({ actions: [], cursor: (cursor += 1) }) };
  const { worker, restart } = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] });
  await worker.setGoalState({ steps: 10 });
  for (let n = 0; n < 10; n += 1) await worker.record({ steps: n });
  const small = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source], storageLimit: 100 }, restart().persistence);
  await small.worker.wake();
  expect(await small.worker.read(async (_tx, { outbox, cursors }) => [outbox.count, cursors])).toEqual([10, { watch: cursor }]);
});

test('room is made by what makes room: the retention', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 10_000, retentionLimit: 3 });
  for (let n = 0; n < 50; n += 1) expect(await codeOf(worker.record(text(1_000)))).toBe('taken');
  expect(await worker.read(async (_tx, { history }) => history.bytes)).toBeLessThan(4_000);
});

test('an action counts with the time that is attached to it', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
  for (let n = 0; n < 20; n += 1) await worker.record(n % 2 === 0 ? { steps: n } : [{ steps: n, timestamp: n }, { steps: n }]);
  const [bytes, actions] = await worker.read(async (tx, { history }) => [history.bytes, await tx.readForward('history', 0, 100)] as const);
  const stored = actions.reduce((sum, { value }) => sum + JSON.stringify([value]).length, 0);
  // One comma in place of two brackets, where a call brought two.
  expect(bytes).toBeGreaterThan(stored - 20);
  expect(bytes).toBeLessThanOrEqual(stored);
});

test('calls that wait for a strategy count too, and are counted out when they are done', async () => {
  const { worker } = createHarness(createOwnStrategy(), { storageLimit: 5_000, retentionLimit: 0 });
  for (let n = 0; n < 4; n += 1) await worker.record(text(1_000));
  expect(await codeOf(worker.record(text(1_000)))).toBe('storage.quota');
  await worker.processPending();
  expect(await worker.read(async (_tx, { pending, history }) => [pending.bytes, history.bytes])).toEqual([0, 0]);
  expect(await codeOf(worker.record(text(1_000)))).toBe('taken');
});

test('an app that names a new metric with each action is told so before the state grows without end', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
  const metrics = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_none, n) => [`metric${from + n}`, n]));
  await worker.record(metrics(0, 900));
  await worker.record(metrics(900, 900));
  expect(await worker.record(metrics(1_800, 900)).catch((error: unknown) => error)).toMatchObject({
    code: 'action.invalid',
    details: { limit: 2_000 },
  });
  expect(await codeOf(worker.record(metrics(0, 900)))).toBe('taken');
});

/** A persistence whose disk has no room for advice while `isFull`. */
function smallDisk(disk: { isFull: boolean }): GoalFeedbackPersistence {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  return {
    ...memory,
    write: (loop, work) =>
      memory.write(loop, (transaction) =>
        work({
          ...transaction,
          writeDocument(key, value, at) {
            const { outbox } = value as { readonly outbox?: { readonly count: number } };
            if (disk.isFull && outbox !== undefined && outbox.count > 0) throw new NudgeloopError('storage.quota', 'full');
            transaction.writeDocument(key, value, at);
          },
        }),
      ),
  };
}

test('a disk without room for advice counts against no action, however long it lasts, and all is done once there is room', async () => {
  const disk = { isFull: false };
  const { worker, clock, nudges } = createHarness(createOwnStrategy(), {}, counting(smallDisk(disk)));
  await worker.setGoalState({ steps: 10 });
  await worker.processPending();
  await worker.record({ steps: 1 });
  await worker.record({ steps: 2 });
  disk.isFull = true;
  for (let tries = 0; tries < 8; tries += 1) {
    const { nextAt } = await worker.processPending();
    expect(nextAt! - clock.now()).toBeLessThanOrEqual(10_000);
    clock.advance(Math.max(0, nextAt! - clock.now()));
  }
  const { pending, dead, tries } = await worker.read(async (_tx, state) => state);
  expect([pending.count, dead.count, Math.max(...Object.values(tries).map(({ attempts }) => attempts))]).toEqual([2, 0, 0]);
  disk.isFull = false;
  await worker.processPending();
  expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([1, 2]);
});

test('advice comes within seconds of room being made, however seldom the app polls', async () => {
  const disk = { isFull: true };
  const { worker, clock, nudges } = createHarness(createOwnStrategy(), { pollInterval: 3_600_000 }, counting(smallDisk(disk)));
  await worker.setGoalState({ steps: 10 });
  await worker.record({ steps: 1 });
  for (let tries = 0; tries < 8; tries += 1) {
    await worker.processPending();
    clock.advance(10_000);
  }
  await worker.processPending();
  disk.isFull = false;
  clock.advance(10_000);
  await worker.processPending();
  expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([1]);
});

test('advice that is many times as large as what it judges drops older advice, and never the loop beyond its room', async () => {
  const strategy = createOwnStrategy((actions) => actions.map((action) => ({ ...action, ...text(1_000) })));
  const { worker, logged } = createHarness(strategy, { storageLimit: 10_000 });
  await worker.setGoalState({ steps: 10 });
  for (let n = 0; n < 50; n += 1) await worker.record({ steps: n });
  await worker.processPending();
  const { outbox, history, pending } = await worker.read(async (_tx, state) => state);
  expect(pending.count).toBe(0);
  expect(outbox.bytes + history.bytes).toBeLessThanOrEqual(10_000);
  const left = await worker.read((tx) => tx.readForward('outbox', 0, 100));
  expect([left.length, left.at(-1)?.seq]).toEqual([outbox.count, outbox.next - 1]);
  expect(logged.some(({ code, fields }) => code === 'outbox.dropped' && fields?.['problem'] === 'storageLimit')).toBe(true);
});

test('a strategy may give back an action of the largest size, with its time and the metrics of the largest goal', async () => {
  const goal = Object.fromEntries(Array.from({ length: GOAL_LIMITS.nodes - 1 }, (_none, n) => [`goal${String(n).padStart(28, '0')}`, n]));
  const strategy = createOwnStrategy((actions) => actions.map((action) => ({ ...action, ...goal })));
  const { worker, nudges, logged } = createHarness(strategy);
  const nodes = Array.from({ length: ACTION_LIMITS.nodes - 3 }, () => 1);
  const largest = { nodes, text: 'x'.repeat(ACTION_LIMITS.characters - 'nodes'.length - 'text'.length) };
  await worker.setGoalState(goal);
  await worker.record(largest);
  await expect(worker.record({ ...largest, text: `${largest.text}x` })).rejects.toMatchObject({ code: 'action.invalid' });
  await worker.wake();
  expect(logged.filter(({ level }) => level === 'warn')).toEqual([]);
  expect(nudges).toMatchObject([{ suggestions: [{ ...largest, timestamp: expect.any(String), goal0000000000000000000000000498: 498 }] }]);
  // As it is stored.
  expect(await worker.read((transaction, state) => readNudges(transaction, state, -1, 1))).toEqual(nudges);
});

test('advice that takes all the room there is stays, as the only one', async () => {
  const { worker } = createHarness(createOwnStrategy((actions) => actions.map((action) => ({ ...action, ...text(5_000) }))), { storageLimit: 2_000 });
  await worker.setGoalState({ steps: 10 });
  for (let n = 0; n < 2; n += 1) await worker.record({ steps: n });
  await worker.processPending();
  expect(await worker.read(async (tx) => (await tx.readForward('outbox', 0, 10)).map(({ seq }) => seq))).toEqual([1]);
});
