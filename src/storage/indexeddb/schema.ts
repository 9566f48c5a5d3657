import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { IdSource } from '../../clock.ts';
import type { JsonValue } from '../../model/plain-data.ts';
import type { Journal } from '../persistence.ts';
import { layEpochs } from './epochs.ts';

/** The database's version. History, one line for each version: 1. first release */
export const DATABASE_VERSION = 1;

/**
 * Many entries of a journal in one value: storing an action in a segment costs a tenth of storing it in its own row.
 * The key is the last `seq`, so "from seq on" is a key range; `last` stays when that entry is removed.
 */
export interface Segment {
  readonly loop: string;
  readonly last: number;
  /** The smallest `at` inside, for the index by age. */
  readonly minAt: number;
  readonly seqs: readonly number[];
  readonly ats: readonly number[];
  readonly values: readonly JsonValue[];
}

/** A small document of a loop. */
export interface StoredDocument {
  readonly loop: string;
  readonly key: string;
  readonly at: number;
  readonly value: JsonValue;
}

interface JournalStore {
  key: [string, number];
  value: Segment;
  indexes: { byAge: [string, number] };
}

/** The stores, typed for idb. */
export interface Schema extends DBSchema {
  meta: { key: string; value: string };
  documents: { key: [string, string]; value: StoredDocument };
  history: JournalStore;
  pending: JournalStore;
  outbox: JournalStore;
  dead: JournalStore;
}

/** Every store, in the order in which a transaction names them. */
export const STORES = ['meta', 'documents', 'history', 'pending', 'outbox', 'dead'] as const;

/** The transaction of an upgrade, over all stores. */
export type UpgradeTransaction = IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>;

/**
 * The upgrade from each version to the next, in order. A step only adds, so an older tab can finish its work. It never
 * deletes a store, since that would be somebody's history. All steps are one transaction: a worker that is stopped in
 * the middle leaves the old version intact.
 *
 * @param from the version found on disk, 0 for none. From 1 on, the stores of that version may still be missing, if
 * other code created the database
 * @param newId names the epochs of a database that is created here
 */
export function upgrade(database: IDBPDatabase<Schema>, transaction: UpgradeTransaction, from: number, newId: IdSource): void {
  if (from < 1) {
    database.createObjectStore('meta');
    database.createObjectStore('documents', { keyPath: ['loop', 'key'] });
    const journals: readonly Journal[] = ['history', 'pending', 'outbox', 'dead'];
    for (const journal of journals) {
      const store = database.createObjectStore(journal, { keyPath: ['loop', 'last'] });
      store.createIndex('byAge', ['loop', 'minAt']);
    }
    layEpochs(transaction.objectStore('meta'), newId(), newId);
  }
}
