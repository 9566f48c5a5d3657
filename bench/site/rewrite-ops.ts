import { openRaw, RAW_STORE, strictly } from './raw-store.ts';
import { sampleAction } from './sample-action.ts';

/** A strict transaction that reads everything and then writes. */
function rewrite(database: IDBDatabase, read: (store: IDBObjectStore) => IDBRequest, write: (store: IDBObjectStore, found: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(RAW_STORE, 'readwrite', { durability: 'strict' });
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('the rewrite was aborted')));
    const store = transaction.objectStore(RAW_STORE);
    const asked = read(store);
    asked.addEventListener('success', () => {
      write(store, asked.result);
      transaction.commit();
    });
  });
}

const history = (count: number): unknown[] => Array.from({ length: count }, (_, n) => sampleAction(n));

/** The loop as the original keeps it: with each action, the whole history is read and written back. */
export const rewriteOps = {
  /** Begins both forms with a history of so many. */
  async fillRewritten({ count }: { count: number }): Promise<void> {
    for (const name of ['one-value', 'rows']) {
      const database = await openRaw(name);
      await strictly(database, (store) => {
        store.clear();
        if (name === 'one-value') store.put(history(count), 0);
        else history(count).forEach((action, index) => store.put(action, index));
      });
      database.close();
    }
  },
  /** Microseconds of one action when the history is one value. */
  async timeOneValue(): Promise<number> {
    const database = await openRaw('one-value');
    const start = performance.now();
    await rewrite(database, (store) => store.get(0), (store, found) => store.put([...(found as unknown[]), sampleAction(0)], 0));
    const time = performance.now() - start;
    database.close();
    return time * 1_000;
  },
  /** Microseconds of one action when each is a row, and all rows are cleared and written again. */
  async timeRows(): Promise<number> {
    const database = await openRaw('rows');
    const start = performance.now();
    await rewrite(database, (store) => store.getAll(), (store, found) => {
      store.clear();
      [...(found as unknown[]), sampleAction(0)].forEach((action, index) => store.put(action, index));
    });
    const time = performance.now() - start;
    database.close();
    return time * 1_000;
  },
};
