/** A plain store without indexes, its keys made by the browser. */
export const RAW_STORE = 'records';

/** Opens a database with one store, made at the first time. */
export function openRaw(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(RAW_STORE, { autoIncrement: true }));
    opening.addEventListener('success', () => resolve(opening.result));
    opening.addEventListener('error', () => reject(opening.error ?? new Error('the database did not open')));
  });
}

/**
 * Runs one readwrite transaction in the shortest way: it is committed at once, without waiting for requests.
 *
 * @returns settles with `complete`, and not with the requests' success, which is no durability
 */
export function write(database: IDBDatabase, durability: 'strict' | 'relaxed', work: (store: IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(RAW_STORE, 'readwrite', { durability });
    if (transaction.durability !== durability) throw new Error(`a raw transaction is ${transaction.durability}, not ${durability}`);
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('the transaction was aborted')));
    work(transaction.objectStore(RAW_STORE));
    transaction.commit();
  });
}

/** Runs one strict readwrite transaction, as every floor is. */
export const strictly = (database: IDBDatabase, work: (store: IDBObjectStore) => void): Promise<void> => write(database, 'strict', work);

/** What one request of a store answers. */
export function ask<T>(database: IDBDatabase, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = request(database.transaction(RAW_STORE).objectStore(RAW_STORE));
    asked.addEventListener('success', () => resolve(asked.result));
    asked.addEventListener('error', () => reject(asked.error ?? new Error('the request failed')));
  });
}
