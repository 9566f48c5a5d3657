import { describe, expect, test } from 'vitest';
import {
  createIndexedDbPersistence,
  createLog,
  createSimulatedClock,
  GoalFeedbackWorker,
  SimpleGoalFeedbackStrategy,
  systemClock,
  systemIds,
  type LogEvent,
} from 'nudgeloop/core';
import { add, lengthOf } from './counted-rows.ts';

let count = 0;
const freshName = () => `browser-${Date.now()}-${(count += 1)}`;
const logged: LogEvent[] = [];
const log = createLog(() => Date.now(), [(event) => void logged.push(event)]);
const open = (database: string) => createIndexedDbPersistence({ database, newId: systemIds, clock: systemClock, log });

test.each([
  ['is on disk when it resolves', undefined, 'strict'],
  ['is on disk when it resolves, asked for by name', 'strict', 'strict'],
  ['may be with the operating system only, where an app asks for that', 'relaxed', 'relaxed'],
] as const)('whatever is written or erased %s', async (_promise, durability, wanted) => {
  const store = createIndexedDbPersistence({ database: freshName(), newId: systemIds, clock: systemClock, ...(durability && { durability }) });
  const seen = await durabilitiesOf(async () => {
    await add(store);
    await new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence: store }).record({ steps: 1 });
    await store.eraseAll();
  });
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(new Set(seen)).toEqual(new Set([wanted]));
});

describe('IndexedDB under other hands', () => {
  test('two tabs that write the same loop at once lose nothing', async () => {
    const database = freshName();
    const [one, two] = [open(database), open(database)];
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(index % 2 === 0 ? one : two)));
    expect(await lengthOf(one)).toBe(20);
  });

  test('a database that was deleted is made anew, under another epoch', async () => {
    const database = freshName();
    const store = open(database);
    await add(store);
    const before = await store.epoch();
    await settled(indexedDB.deleteDatabase(database));
    expect(await lengthOf(store)).toBe(0);
    expect(await store.epoch()).not.toBe(before);
    await add(store);
    expect(await lengthOf(store)).toBe(1);
  });

  test('an erasure of all begins an epoch, though what was read meanwhile was of the one before', async () => {
    const store = open(freshName());
    await add(store);
    const before = await store.epoch();
    const reading = store.read('a', (tx) => tx.epoch());
    await store.eraseAll();
    expect(await reading).toBe(before);
    expect(await store.epoch()).not.toBe(before);
  });

  test.each(['work', 'the transaction'])('a database that the browser takes away lets no call hang, though it ends %s without a word', async (silent) => {
    const store = open(freshName());
    await add(store);
    const begin = IDBDatabase.prototype.transaction;
    let handle: IDBDatabase | undefined;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: Parameters<typeof begin>) {
      const transaction = begin.apply(this, given);
      handle = transaction.db;
      // As Firefox does with some of a site that is cleared.
      if (silent === 'the transaction') transaction.addEventListener('complete', (event) => event.stopImmediatePropagation());
      return transaction;
    };
    try {
      const ends = Promise.allSettled([
        store.write('walks', () => (silent === 'work' ? new Promise(() => undefined) : Promise.resolve())),
        store.read('walks', () => (silent === 'work' ? new Promise(() => undefined) : Promise.resolve())),
      ]);
      await expect.poll(() => handle).toBeDefined();
      handle?.dispatchEvent(new Event('close'));
      const failed = { status: 'rejected', reason: { code: 'storage.failed', details: { seen: 'UnknownError' } } };
      expect(await ends).toMatchObject([failed, failed]);
    } finally {
      IDBDatabase.prototype.transaction = begin;
    }
    await add(store);
    expect(await lengthOf(store)).toBe(2);
  });

  test('so does one that the next call finds taken away, of which nothing was told', async () => {
    const clock = createSimulatedClock(0);
    const store = createIndexedDbPersistence({ database: freshName(), newId: systemIds, clock });
    await add(store);
    const underWay = store.write('walks', () => new Promise(() => undefined));
    const begin = IDBDatabase.prototype.transaction;
    // The first call is `add`'s: the write that is under way has its transaction since.
    await store.epoch();
    IDBDatabase.prototype.transaction = () => {
      IDBDatabase.prototype.transaction = begin;
      throw new DOMException('the handle is closed', 'InvalidStateError');
    };
    await add(store);
    clock.advance(1_000);
    await expect(underWay).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'UnknownError' } });
    expect(await lengthOf(store)).toBe(2);
  });

  test('a tab with a newer build may upgrade: this one lets go, and is told to reload', async () => {
    const database = freshName();
    const store = open(database);
    await add(store);
    const newer = await settled(indexedDB.open(database, 99));
    await expect(add(store)).rejects.toMatchObject({ code: 'storage.newer' });
    newer.close();
  });

  test('a handle on files that were damaged is let go, so that the next call finds what was mended', async () => {
    const database = freshName();
    const store = open(database);
    await add(store);
    await onDamagedFiles('get', async () => {
      await expect(add(store)).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'UnknownError' } });
      await add(store);
      expect(await lengthOf(store)).toBe(2);
    });
  });

  test('a write that is refused by itself is told with its own reason, not as an abort without one', async () => {
    const store = open(freshName());
    const twice = store.write('walks', async (tx) => {
      for (const value of [1, 2]) tx.append('history', [{ seq: 0, at: 0, value }]);
    });
    await expect(twice).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'ConstraintError' } });
    expect(await store.read('walks', (tx) => tx.readForward('history', 0, 10))).toEqual([]);
  });

  test('what fails in a read while the loop works is let go with its handle, and the next call finds what was mended', async () => {
    const database = freshName();
    const start = () => new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence: open(database) });
    const before = start();
    await before.setGoalState({ steps: 10_000 });
    await before.record(Array.from({ length: 300 }, (_none, steps) => ({ steps })));
    // It knows nothing yet, and reads what the strategy is to see.
    const worker = start();
    await onDamagedFiles('getAll', async () => {
      await expect(worker.record({ steps: 1 })).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'UnknownError' } });
      await worker.record({ steps: 2 });
    });
  });

  test('a database that another tab keeps to itself is given up after a while, not waited for', async () => {
    const database = freshName();
    // This tab ignores versionchange, so the deletion waits for it, and every open waits for the deletion.
    const stubborn = await settled(indexedDB.open(database, 1));
    const deleting = settled(indexedDB.deleteDatabase(database));
    await expect(open(database).probe()).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'deadline' } });
    stubborn.close();
    await deleting;
  }, 20_000);

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

/** Runs work, and tells what the browser says of the durability of each transaction that may write. */
async function durabilitiesOf(work: () => Promise<void>): Promise<IDBTransactionDurability[]> {
  const { prototype } = IDBDatabase;
  const { transaction: begin } = prototype;
  const seen: IDBTransactionDurability[] = [];
  prototype.transaction = function watched(this: IDBDatabase, ...given) {
    const made = begin.apply(this, given);
    if (made.mode === 'readwrite') seen.push(made.durability);
    return made;
  };
  await work().finally(() => (prototype.transaction = begin));
  return seen;
}

/** Runs work while one way to read fails, as on damaged files, on the first handle that is used. */
async function onDamagedFiles(method: 'get' | 'getAll', work: () => Promise<void>): Promise<void> {
  const { [method]: read } = IDBObjectStore.prototype;
  let damaged: IDBDatabase | undefined;
  IDBObjectStore.prototype[method] = function failing(this: IDBObjectStore, ...given: never[]) {
    damaged ??= this.transaction.db;
    if (this.transaction.db === damaged) throw new DOMException('the disk', 'UnknownError');
    return (read as (...all: never[]) => IDBRequest).apply(this, given);
  };
  await work().finally(() => Object.assign(IDBObjectStore.prototype, { [method]: read }));
}

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

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('failed')));
  });
}
