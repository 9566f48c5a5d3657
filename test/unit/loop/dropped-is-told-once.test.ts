import { expect, test } from 'vitest';
import { createLog, createMemoryPersistence, GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy, type GoalFeedbackPersistence, type LogEvent } from 'nudgeloop/core';
import { codesOf, counting, createHarness } from './harness.ts';

const strategy = new SimpleGoalFeedbackStrategy();

/** A storage that undoes what it wrote while `isFull`. */
function undoing(): { readonly persistence: GoalFeedbackPersistence; readonly disk: { isFull: boolean } } {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  const disk = { isFull: false };
  const persistence: GoalFeedbackPersistence = {
    ...memory,
    write: (loop, work) =>
      memory.write(loop, async (transaction) => {
        const result = await work(transaction);
        if (disk.isFull) throw new RangeError('full');
        return result;
      }),
  };
  return { persistence, disk };
}

/** Loops that have just room for what is there: ten nudges, and one action. */
async function setUp() {
  const { persistence, disk } = undoing();
  const { worker } = createHarness(strategy, {}, counting(persistence));
  await worker.setGoalState({ steps: 10 });
  for (let steps = 0; steps < 10; steps += 1) await worker.record({ steps });
  const storageLimit = await worker.read(async (_tx, { history, outbox }) => history.bytes + outbox.bytes);
  const logged: LogEvent[] = [];
  const log = createLog(() => 0, [(event) => void logged.push(event)]);
  const open = () => new GoalDrivenFeedbackLoop({ strategy, persistence, storageLimit, log, retentionLimit: 100 });
  const told = () => logged.filter(({ code }) => code === 'outbox.dropped').reduce((sum, { fields }) => sum + Number(fields?.['dropped']), 0);
  const dropped = () => worker.read(async (_tx, { outbox }) => outbox.dropped);
  return { open, logged, disk, told, dropped };
}

test('that nudges gave way is not told where that was undone', async () => {
  const { open, logged, disk, told, dropped } = await setUp();
  const loop = open();
  await loop.history();
  disk.isFull = true;
  await expect(loop.extendHistory([{ steps: 1 }])).rejects.toThrow();
  expect(codesOf(logged)).toEqual([]);
  disk.isFull = false;
  await loop.extendHistory([{ steps: 1 }]);
  expect(await dropped()).toBeGreaterThan(0);
  expect(told()).toBe(await dropped());
});

test('nor is it told twice where another context wrote meanwhile, and the change was made again', async () => {
  const { open, told, dropped } = await setUp();
  const [one, other] = [open(), open()];
  for (let turn = 0; turn < 3; turn += 1) {
    await one.extendHistory([{ note: 'x'.repeat(300) }]);
    await other.suggestActions([], [{ note: 'x'.repeat(300) }]);
  }
  expect(await dropped()).toBeGreaterThan(1);
  expect(told()).toBe(await dropped());
});
