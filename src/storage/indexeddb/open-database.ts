import { openDB, type IDBPDatabase, type OpenDBCallbacks } from 'idb';
import type { OpenLocks } from './open-locks.ts';
import { DATABASE_VERSION, type Schema } from './schema.ts';

/** What an open needs, and tells. */
export interface OpenEvents extends OpenDBCallbacks<Schema> {
  blocked(): void;
  /** The database has no store and is deleted. */
  empty(): void;
}

/**
 * Opens the database, and makes it if there is none. One that somebody else made under the name and left without any store, as
 * `indexedDB.open(name)` in a console does, has our version, so that it would never get our stores, and holds nothing that
 * could be lost: it is deleted, and made anew. One that has any store at all is left alone.
 *
 * @param locks without them nothing is deleted: another tab may have made it anew since it was looked at
 */
export async function openDatabase(name: string, events: OpenEvents, locks?: OpenLocks): Promise<IDBPDatabase<Schema>> {
  const database = await openDB<Schema>(name, DATABASE_VERSION, events);
  if (locks === undefined || hasStores(database)) return database;
  // At once, since it would block the deletion, whoever comes to do it.
  database.close();
  return locks.request(`nudgeloop:${name}:open`, async () => {
    const again = await openDatabase(name, events);
    if (hasStores(again)) return again;
    again.close();
    events.empty();
    // Not waited for, since the open queues up behind it. A foreign handle that stays open holds up both.
    indexedDB.deleteDatabase(name).onblocked = events.blocked;
    return openDatabase(name, events);
  });
}

function hasStores(database: IDBPDatabase<Schema>): boolean {
  return database.objectStoreNames.length > 0;
}
