import { expect, test } from 'vitest';
import { createMemoryPersistence, NudgeloopError, SimpleGoalFeedbackStrategy, type GoalFeedbackPersistence } from 'nudgeloop/core';
import { counting, createHarness } from './harness.ts';

/** A storage whose next write fails with what a disk says: after it wrote, or before. */
function failingOnce(seen: string, isWritten: boolean): GoalFeedbackPersistence {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  let isDue = true;
  return {
    ...memory,
    async write(loop, work) {
      const error = isDue ? new NudgeloopError('storage.failed', 'the disk', { seen }) : undefined;
      isDue = false;
      if (error !== undefined && !isWritten) throw error;
      const result = await memory.write(loop, work);
      if (error !== undefined) throw error;
      return result;
    },
  };
}

const recordThree = async (persistence: GoalFeedbackPersistence) => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), {}, counting(persistence));
  const results = await Promise.allSettled([1, 2, 3].map((steps) => worker.record({ steps })));
  const count = await worker.read(async (_tx, { history }) => history.count);
  return { statuses: results.map(({ status }) => status), count };
};

test('calls without an id that a failing disk may have stored are not stored a second time', async () => {
  expect(await recordThree(failingOnce('UnknownError', true))).toEqual({ statuses: ['rejected', 'rejected', 'rejected'], count: 3 });
});

test('calls that were refused together, and surely not stored, are tried one by one', async () => {
  expect(await recordThree(failingOnce('AbortError', false))).toEqual({ statuses: ['fulfilled', 'fulfilled', 'fulfilled'], count: 3 });
});

test('calls with an id are carried out again after that, and count once', async () => {
  const { worker, changes } = createHarness(new SimpleGoalFeedbackStrategy(), {}, counting(failingOnce('UnknownError', true)));
  const calls = [worker.record({ steps: 1 }, { client: 'a', seq: 0 }), worker.record({ steps: 2 }, { client: 'a', seq: 1, epoch: 'epoch' }), worker.record({ steps: 3 })];
  expect(await Promise.allSettled(calls)).toMatchObject([{ value: { duplicate: true } }, { value: { duplicate: true } }, { status: 'rejected' }]);
  expect(await worker.read(async (_tx, { history }) => history.count)).toBe(3);
  // What was stored the first time was told to nobody then.
  expect(changes).toEqual([1, 1]);
});

test('a lone call with an id is carried out again too, so that its caller need not make it again under another', async () => {
  for (const isWritten of [true, false]) {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), {}, counting(failingOnce('UnknownError', isWritten)));
    expect(await worker.record({ steps: 1 }, { client: 'a', seq: 0 })).toMatchObject({ count: 1, duplicate: isWritten });
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(1);
  }
});

test('a call whose storage fails for good is refused, with or without an id', async () => {
  const fails = async (): Promise<never> => {
    throw new NudgeloopError('storage.failed', 'the disk', { seen: 'UnknownError' });
  };
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), {}, counting({ ...failingOnce('', false), write: fails }));
  await expect(worker.record({ steps: 1 }, { client: 'a', seq: 0 })).rejects.toMatchObject({ code: 'storage.failed' });
  await expect(worker.record({ steps: 1 })).rejects.toMatchObject({ code: 'storage.failed' });
});

test('what is read between calls holds those before it and none behind it, however many wait', async () => {
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
  const counts: Promise<number>[] = [];
  const calls: Promise<unknown>[] = [];
  for (let n = 0; n < 600; n += 1) {
    calls.push(worker.record({ steps: n }));
    if (n % 100 === 99) counts.push(worker.read(async (_tx, { history }) => history.count));
  }
  expect(await Promise.all(counts)).toEqual([100, 200, 300, 400, 500, 600]);
  await Promise.all(calls);
});
