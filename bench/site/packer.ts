import { ask, openRaw, strictly } from './raw-store.ts';

/** Stores records as quickly as a message for each of them lets it. */
export interface Packer {
  /** Settles when the record, or the list of records, is durable. */
  add(given: unknown): Promise<void>;
  /** How many records are stored. */
  count(): Promise<number>;
}

/**
 * The floor of a queue: what comes while a transaction is on its way shares the next one, and one row of it. Nothing is checked, nothing
 * is read, nobody else is told. Once a transaction has failed, so does all that follows: a floor has no failures to survive.
 *
 * @param name the database's
 */
export function createPacker(name: string): Packer {
  let opening: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => (opening ??= openRaw(name));
  /** The transaction on its way, and the one that takes what comes meanwhile. */
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let row: unknown[] = [];

  const storeNext = (database: IDBDatabase): Promise<void> => {
    const stored = row;
    [row, current, next] = [[], next!, undefined];
    return strictly(database, (store) => store.add(stored));
  };

  return {
    add(given) {
      if (Array.isArray(given)) row.push(...(given as unknown[]));
      else row.push(given);
      return (next ??= current.then(open).then(storeNext));
    },
    async count() {
      const rows = (await ask(await open(), (store) => store.getAll())) as unknown[][];
      return rows.reduce((sum, { length }) => sum + length, 0);
    },
  };
}
