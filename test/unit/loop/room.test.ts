import { expect, test } from 'vitest';
import { isNudgeloopError, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { createHarness, createOwnStrategy } from './harness.ts';

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

test('room is made by what makes room: retention, acknowledgements, an erased history', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { storageLimit: 10_000, retentionLimit: 3 });
  for (let n = 0; n < 50; n += 1) expect(await codeOf(worker.record(text(1_000)))).toBe('taken');
  expect(await worker.read(async (_tx, { history }) => history.bytes)).toBeLessThan(4_000);
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
