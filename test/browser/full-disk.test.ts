import { expect, test } from 'vitest';
import { createIndexedDbPersistence } from 'nudgeloop/core';
import { isAfterErasure } from '../../src/model/epoch.ts';
import { add, lengthOf } from './counted-rows.ts';

let count = 0;
const freshName = () => `full-disk-${Date.now()}-${(count += 1)}`;
const open = (database: string) => createIndexedDbPersistence({ database });

test('on a full disk all is erased, and each erasure begins an epoch', async () => {
  const database = freshName();
  const [store, other] = [open(database), open(database)];
  await add(store);
  const epochs = [await store.epoch()];
  for (let round = 0; round < 3; round += 1) {
    await withoutRoom(() => store.eraseAll());
    expect(await lengthOf(other)).toBe(0);
    expect(await store.epoch()).toBe(await other.epoch());
    epochs.push(await store.epoch());
    await withoutRoom(() => expect(add(store)).rejects.toMatchObject({ code: 'storage.quota' }));
  }
  expect(new Set(epochs).size).toBe(4);
  expect(epochs.slice(1).every(isAfterErasure)).toBe(true);
  await add(other);
  expect(await store.epoch()).toBe(epochs.at(-1));
});

test('an erasure with room makes good what those without used up, and one too many is refused as a whole', async () => {
  const store = open(freshName());
  const eraseUntilRefused = async (): Promise<number> => {
    for (let erased = 0; ; erased += 1) {
      await add(store);
      const epoch = await store.epoch();
      const refusal = await withoutRoom(() => store.eraseAll()).catch((error: unknown) => error);
      if (refusal === undefined) continue;
      expect(refusal).toMatchObject({ code: 'storage.quota' });
      expect([await lengthOf(store), await store.epoch()]).toEqual([1, epoch]);
      return erased;
    }
  };
  const erased = await eraseUntilRefused();
  // One for each epoch that is stored ahead.
  expect(erased).toBe(8);
  await store.eraseAll();
  expect(await eraseUntilRefused()).toBe(erased);
});

/** Runs while each transaction that writes a row is refused at its end, as Chromium does it. */
async function withoutRoom<T>(run: () => Promise<T>): Promise<T> {
  const { put, add: insert } = IDBObjectStore.prototype;
  const refuse = (write: typeof put): typeof put =>
    function (this: IDBObjectStore, ...given) {
      const request = write.apply(this, given);
      refused.add(this.transaction);
      return request;
    };
  const refused = new WeakSet<IDBTransaction>();
  const { commit } = IDBTransaction.prototype;
  const error = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'error')!;
  Object.defineProperty(IDBTransaction.prototype, 'error', {
    ...error,
    get(this: IDBTransaction) {
      return refused.has(this) ? new DOMException('', 'QuotaExceededError') : (error.get!.call(this) as unknown);
    },
  });
  Object.assign(IDBObjectStore.prototype, { put: refuse(put), add: refuse(insert) });
  IDBTransaction.prototype.commit = function (this: IDBTransaction) {
    if (refused.has(this)) this.abort();
    else commit.call(this);
  };
  try {
    return await run();
  } finally {
    Object.assign(IDBObjectStore.prototype, { put, add: insert });
    Object.assign(IDBTransaction.prototype, { commit });
    Object.defineProperty(IDBTransaction.prototype, 'error', error);
  }
}
