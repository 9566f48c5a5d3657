import { expect, test, vi } from 'vitest';
import { createIndexedDbPersistence, createSequentialIds, createSimulatedClock } from 'nudgeloop/core';

// As much of a database as an epoch needs, shared by all who open it.
const meta = new Map<string, string>();
vi.stubGlobal('IDBKeyRange', { lowerBound: (key: string) => key });
vi.mock('idb', () => ({
  openDB: async () => {
    const database = {
      transaction: () => ({
        db: database,
        done: Promise.resolve(),
        error: null,
        commit: () => undefined,
        addEventListener: () => undefined,
        objectStore: (name: string) => ({
          get: async (key: string) => (name === 'meta' ? meta.get(key) : undefined),
          put: async (value: string, key: string) => void (name === 'meta' && meta.set(key, value)),
          clear: async () => undefined,
        }),
      }),
    };
    return database;
  },
}));

test('a host hears of the erasure that another one made with its next look at a loop', async () => {
  meta.set('epoch', 'born');
  const open = () => createIndexedDbPersistence({ database: 'db', newId: createSequentialIds(), clock: createSimulatedClock(0) });
  const [one, other] = [open(), open()];
  expect(await one.epoch()).toBe('born');
  await other.eraseAll();
  await one.read('a', (transaction) => transaction.readDocument('state'));
  expect(await one.epoch()).toBe(await other.epoch());
  await other.eraseAll();
  // A write asks for it, as it does whenever it begins from what is stored.
  await one.write('a', (transaction) => transaction.epoch());
  expect(await one.epoch()).toBe(await other.epoch());
});
