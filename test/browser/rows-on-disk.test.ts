import { describe, expect, test, vi } from 'vitest';
import { GoalFeedbackWorker, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { freshName, open, settled } from './open-database.ts';

describe('the rows of a database', () => {
  test('what was written is found as rows under the loop, and pruned rows are gone from the disk', async () => {
    const database = freshName();
    const worker = new GoalFeedbackWorker({
      strategy: new SimpleGoalFeedbackStrategy(),
      persistence: open(database),
      name: 'walks',
      retentionLimit: 50,
    });
    for (const from of [0, 40]) await worker.record(Array.from({ length: 40 }, (_none, n) => ({ steps: from + n })));
    const raw = await settled(indexedDB.open(database));
    const rows = await settled(raw.transaction('history').objectStore('history').getAll());
    const found = rows.flatMap(({ loop, values }: { loop: string; values: { steps: number }[] }) => values.map(({ steps }) => `${loop} ${steps}`));
    expect(found).toEqual(Array.from({ length: 50 }, (_none, n) => `walks ${30 + n}`));
    raw.close();
  });

  test('few actions are in one row with the state, and get rows of their own when they become many', async () => {
    const database = freshName();
    const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence: open(database) });
    const raw = async (): Promise<number[]> => {
      const found = await settled(indexedDB.open(database));
      const transaction = found.transaction(['history', 'documents']);
      const counts = await Promise.all(['history', 'documents'].map((store) => settled(transaction.objectStore(store).count())));
      found.close();
      return counts;
    };
    for (let n = 0; n < 10; n += 1) await worker.record({ steps: n });
    expect(await raw()).toEqual([0, 1]);
    for (let n = 10; n < 60; n += 1) await worker.record({ steps: n });
    expect((await raw())[0]).toBeLessThan(5);
    const kept = await worker.read((tx) => tx.readForward('history', 0, 100));
    expect(kept.map(({ value }) => (value as { steps: number }).steps)).toEqual(Array.from({ length: 60 }, (_none, n) => n));
  });

  test('what expires between what stays is cut from its row at once: a row of 256 is not written again for each of them', async () => {
    const store = open(freshName());
    await store.write('a', async (tx) => tx.append('history', Array.from({ length: 512 }, (_, seq) => ({ seq, at: 0, value: null }))));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    await store.write('a', async (tx) => {
      for (let seq = 0; seq < 512; seq += 2) await tx.removeRange('history', seq, seq);
    });
    const writes = put.mock.calls.length;
    put.mockRestore();
    expect(writes).toBe(2);
    expect(await store.read('a', (tx) => tx.readForward('history', 0, 1_000))).toHaveLength(256);
  });

  test('paging back through a long history reads a page, not all that lies beyond it', async () => {
    const store = open(freshName());
    for (let first = 0; first < 10_000; first += 1_000) {
      const entries = Array.from({ length: 1_000 }, (_, index) => ({ seq: first + index, at: 0, value: null }));
      await store.write('a', async (tx) => tx.append('history', entries));
    }
    const { value: page, segments } = await countingSegments(() => store.read('a', (tx) => tx.readNewest('history', 600, 100)));
    expect([page[0]?.seq, page.at(-1)?.seq]).toEqual([500, 599]);
    expect(segments).toBeLessThanOrEqual(3);
  });

  test.each([
    ['large rows', 1_000, 4_096],
    ['rows of one action each', 1, 500],
  ])('reading on from the oldest of %s reads little more than was asked for', async (_rows, size, limit) => {
    const store = open(freshName());
    await store.write('a', async (tx) => {
      for (let first = 0; first < 5_000; first += size) tx.append('history', Array.from({ length: size }, (_, index) => ({ seq: first + index, at: 0, value: null })));
    });
    const { value: oldest, segments } = await countingSegments(() => store.read('a', (tx) => tx.readForward('history', 0, limit)));
    expect([oldest.length, oldest[0]?.seq, oldest.at(-1)?.seq]).toEqual([limit, 0, limit - 1]);
    expect(segments).toBeLessThanOrEqual(size === 1 ? limit : 3 + (limit / 1_000) * 4);
  });

  test('actions recorded together share a row', async () => {
    const database = freshName();
    const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence: open(database) });
    await worker.record(Array.from({ length: 300 }, (_, steps) => ({ steps })));
    const raw = await settled(indexedDB.open(database));
    expect(await settled(raw.transaction('history').objectStore('history').count())).toBe(2);
    raw.close();
  });
});

/** Runs work, and counts the rows of journals that it loads. */
async function countingSegments<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly segments: number }> {
  const { getAll } = IDBObjectStore.prototype;
  let segments = 0;
  IDBObjectStore.prototype.getAll = function (this: IDBObjectStore, ...given: Parameters<typeof getAll>) {
    const request = getAll.apply(this, given);
    request.addEventListener('success', () => (segments += (request.result as unknown[]).length));
    return request;
  };
  try {
    return { value: await work(), segments };
  } finally {
    IDBObjectStore.prototype.getAll = getAll;
  }
}
