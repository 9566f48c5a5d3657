/** A database as a release left it: its form and all that is in it. */
export interface StoredDatabase {
  readonly version: number;
  readonly stores: readonly {
    readonly name: string;
    /** Null where rows are put under keys of their own. */
    readonly keyPath: string[] | null;
    readonly indexes: Readonly<Record<string, string[]>>;
    readonly rows: readonly { readonly key: IDBValidKey; readonly value: unknown }[];
  }[];
}

/**
 * Makes a database without any of the product's code. Needs nothing around it, so that it can be sent to a page.
 *
 * @param name under which it is made; there must be none yet
 */
export function putDatabase(name: string, { version, stores }: StoredDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.addEventListener('upgradeneeded', () => {
      for (const { name: store, keyPath, indexes, rows } of stores) {
        const made = opening.result.createObjectStore(store, keyPath === null ? {} : { keyPath });
        for (const [index, path] of Object.entries(indexes)) made.createIndex(index, path);
        for (const { key, value } of rows) made.put(value, ...(keyPath === null ? [key] : []));
      }
    });
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not made')));
    opening.addEventListener('success', () => {
      opening.result.close();
      resolve();
    });
  });
}

/** Reads a whole database without any of the product's code; needs nothing around it either. */
export function readDatabase(name: string): Promise<StoredDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
    opening.addEventListener('success', () => {
      const database = opening.result;
      const transaction = database.transaction([...database.objectStoreNames]);
      const found = [...database.objectStoreNames].map((store) => {
        const rows = transaction.objectStore(store);
        const indexes = [...rows.indexNames].map((index) => [index, rows.index(index).keyPath as string[]] as const);
        return { rows, keys: rows.getAllKeys(), values: rows.getAll(), indexes: Object.fromEntries(indexes) };
      });
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('not read')));
      transaction.addEventListener('complete', () => {
        database.close();
        const stores = found.map(({ rows, keys, values, indexes }) => ({
          name: rows.name,
          keyPath: rows.keyPath as string[] | null,
          indexes,
          rows: keys.result.map((key, index) => ({ key, value: values.result[index] as unknown })),
        }));
        resolve({ version: database.version, stores });
      });
    });
  });
}
