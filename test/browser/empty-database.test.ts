import { expect, test } from 'vitest';
import { createNudgeloop } from 'nudgeloop';
import {
  createIndexedDbPersistence,
  createLog,
  systemClock,
  systemIds,
  type IndexedDbPersistenceOptions,
} from 'nudgeloop/core';
import { add, lengthOf } from './counted-rows.ts';
import { freshName, settled } from './open-database.ts';

const log = createLog(() => Date.now());
const open = (database: string, locks: IndexedDbPersistenceOptions['locks'] = navigator.locks) =>
  createIndexedDbPersistence({ database, newId: systemIds, clock: systemClock, log, locks });

/** What somebody types into a console: it makes version 1 of a database, without any store. */
async function makeEmpty(database: string): Promise<IDBDatabase> {
  return settled(indexedDB.open(database));
}

test('a database that somebody opened first, and left without a store, is made anew and works', async () => {
  const database = freshName();
  (await makeEmpty(database)).close();
  const store = open(database);
  await add(store);
  expect(await lengthOf(store)).toBe(1);
  expect(log.recent().at(-1)).toMatchObject({ level: 'warn', code: 'storage.degraded', fields: { reason: 'empty' } });
  await store.close();
  expect(await lengthOf(open(database))).toBe(1);
});

test('so it does for a page that hosts its loop', async () => {
  const database = freshName();
  (await makeEmpty(database)).close();
  const client = createNudgeloop({ database, serviceWorker: false });
  expect(await client.record({ steps: 1 })).toMatchObject({ durable: true });
  expect(await client.history()).toHaveLength(1);
  client.dispose();
});

test('connections that find it empty at the same moment make one new database of it, and lose nothing', async () => {
  const database = freshName();
  (await makeEmpty(database)).close();
  const stores = Array.from({ length: 6 }, () => open(database));
  const epochs = await Promise.all(
    stores.map(async (store) => {
      await add(store);
      return store.epoch();
    }),
  );
  expect(await lengthOf(stores[0]!)).toBe(stores.length);
  expect(new Set(epochs).size).toBe(1);
});

test('one that is made while another connection is about to delete it stays', async () => {
  const database = freshName();
  (await makeEmpty(database)).close();
  let begin = (): void => undefined;
  const delayed = new Promise<void>((resolve) => (begin = resolve));
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const [first, second] = [open(database), open(database, { request: (_name, work) => (ask(), delayed.then(work) as never) })];
  // It has seen the database empty, and gets the lock when the first one is done with it.
  const late = lengthOf(second);
  await asked;
  await add(first);
  begin();
  expect(await late).toBe(1);
  expect(await lengthOf(first)).toBe(1);
});

test('a database with a store of somebody else stays as it is, and each call says what to do', async () => {
  const database = freshName();
  const making = indexedDB.open(database);
  making.addEventListener('upgradeneeded', () => making.result.createObjectStore('notes').put('mine', 1));
  const foreign = await settled(making);
  foreign.close();
  const store = open(database);
  for (const call of [() => add(store), () => lengthOf(store), () => store.epoch()]) {
    await expect(call()).rejects.toMatchObject({
      code: 'storage.failed',
      details: { seen: 'NotFoundError' },
      message: expect.stringMatching(/Nudgeloop did not create this database.*Choose another name/) as string,
    });
  }
  await store.close();
  const raw = await settled(indexedDB.open(database));
  expect(await settled(raw.transaction('notes').objectStore('notes').get(1))).toBe('mine');
  raw.close();
});

test('without Web Locks an empty one stays as it is, and each call says what to do', async () => {
  const database = freshName();
  (await makeEmpty(database)).close();
  const store = createIndexedDbPersistence({ database, newId: systemIds, clock: systemClock });
  await expect(add(store)).rejects.toMatchObject({ code: 'storage.failed', details: { seen: 'NotFoundError' } });
  await store.close();
  const raw = await makeEmpty(database);
  expect(raw.objectStoreNames).toHaveLength(0);
  raw.close();
});

test('while somebody keeps the empty one open, calls say that it is blocked, and go on once it is closed', async () => {
  const database = freshName();
  const kept = await makeEmpty(database);
  const store = open(database);
  await expect(add(store)).rejects.toMatchObject({ code: 'storage.blocked' });
  kept.close();
  await add(store);
  expect(await lengthOf(store)).toBe(1);
});
