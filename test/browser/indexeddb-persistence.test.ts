import { describe, expect, test } from 'vitest';
import {
  createIndexedDbPersistence,
  createSimulatedClock,
  GoalFeedbackWorker,
  SimpleGoalFeedbackStrategy,
  systemClock,
  systemIds,
} from 'nudgeloop/core';
import { add, lengthOf } from './counted-rows.ts';
import { freshName, open, settled } from './open-database.ts';

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
