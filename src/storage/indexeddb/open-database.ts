import { openDB, type IDBPDatabase, type OpenDBCallbacks } from 'idb';
import type { OpenLocks } from './open-locks.ts';
import { DATABASE_VERSION, type Schema } from './schema.ts';

/** What an open needs, and its events. */
export interface OpenEvents extends OpenDBCallbacks<Schema> {
  blocked(): void;
  /** The database has no store and is deleted. */
  empty(): void;
}

/**
 * Opens the database, and creates it if there is none. Other code may have created one of this name without any store,
 * as `indexedDB.open(name)` in a console does. It has our version, so it would never get our stores, and it holds
 * nothing that could be lost: it is deleted and recreated. If it has any store at all, it is left alone.
 *
 * @param locks without them nothing is deleted: another tab may have recreated it in the meantime
 */
export async function openDatabase(name: string, events: OpenEvents, locks?: OpenLocks): Promise<IDBPDatabase<Schema>> {
  const database = await openDB<Schema>(name, DATABASE_VERSION, events);
  if (locks === undefined || hasStores(database)) return database;
  // Close at once: the handle would block the deletion, in whichever tab it happens.
  database.close();
  return locks.request(`nudgeloop:${name}:open`, async () => {
    const again = await openDatabase(name, events);
    if (hasStores(again)) return again;
    again.close();
    events.empty();
    // Not awaited, since the open queues behind it. A foreign handle that stays open blocks both.
    indexedDB.deleteDatabase(name).onblocked = events.blocked;
    return openDatabase(name, events);
  });
}

function hasStores(database: IDBPDatabase<Schema>): boolean {
  return database.objectStoreNames.length > 0;
}
