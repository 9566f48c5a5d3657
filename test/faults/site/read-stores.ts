/** How often a database is asked for that can't be read at the moment. */
const TRIES = 5;

/**
 * Reads a whole database behind the product's back.
 *
 * @param database its name
 * @returns every store's rows; none when there is no such database, or none that the browser can open
 */
export async function readStores(database = 'nudgeloop'): Promise<Record<string, unknown[]>> {
  for (let tries = 1; ; tries += 1) {
    try {
      const known = await indexedDB.databases();
      // Opening one that is not there would make it.
      return known.some(({ name }) => name === database) ? await readOnce(database) : {};
    } catch (error) {
      // Firefox under load fails an open or a list now and then with UnknownError, and grants the next.
      if ((error as Error).name !== 'UnknownError') throw error;
      // One that it does not open at all is judged as empty: whatever was acknowledged as durable is then reported lost.
      if (tries >= TRIES) return {};
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

interface Entry {
  readonly seq: number;
  readonly at: number;
  readonly value: unknown;
}

/** The rows as if each had one: the state row of a loop holds its newest entries and documents. */
function withNearRows(stores: Record<string, unknown[]>): Record<string, unknown[]> {
  for (const document of [...((stores['documents'] ?? []) as Record<string, unknown>[])]) {
    const { loop, key, value } = document as { loop: string; key: string; value?: { near?: { journals: Record<string, Entry[]>; documents: [string, object][] } } };
    if (key !== 'state' || value?.near === undefined) continue;
    for (const [journal, entries] of Object.entries(value.near.journals)) {
      const [seqs, ats, values] = [entries.map(({ seq }) => seq), entries.map(({ at }) => at), entries.map((entry) => entry.value)];
      if (entries.length > 0) stores[journal]?.push({ loop, last: seqs.at(-1), minAt: Math.min(...ats), seqs, ats, values });
    }
    for (const [name, near] of value.near.documents) stores['documents']?.push({ loop, key: name, ...near });
  }
  return stores;
}

function readOnce(database: string): Promise<Record<string, unknown[]>> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database);
    const timer = setTimeout(() => reject(new Error('the database did not open')), 5_000);
    opening.addEventListener('error', () => reject(opening.error ?? new Error('the database did not open')));
    opening.addEventListener('success', () => {
      clearTimeout(timer);
      const found = opening.result;
      found.addEventListener('versionchange', () => found.close());
      const stores = [...found.objectStoreNames];
      if (stores.length === 0) {
        found.close();
        return resolve({});
      }
      const transaction = found.transaction(stores);
      const rows = stores.map((store) => transaction.objectStore(store).getAll());
      transaction.addEventListener('complete', () => {
        found.close();
        resolve(withNearRows(Object.fromEntries(stores.map((store, index) => [store, rows[index]!.result as unknown[]]))));
      });
      transaction.addEventListener('abort', () => {
        found.close();
        reject(transaction.error ?? new Error('the stores could not be read'));
      });
    });
  });
}
