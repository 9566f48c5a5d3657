/** How often a database is asked for that can't be read at the moment. */
const TRIES = 5;

/**
 * Reads a whole database behind the product's back.
 *
 * @param database its name
 * @returns every store's rows; none when there is no such database
 */
export async function readStores(database = 'nudgeloop'): Promise<Record<string, unknown[]>> {
  const known = await indexedDB.databases();
  // Opening one that is not there would make it.
  if (!known.some(({ name }) => name === database)) return {};
  for (let tries = 1; ; tries += 1) {
    try {
      return await readOnce(database);
    } catch (error) {
      // Firefox under load fails an open now and then with UnknownError, and grants the next.
      if (tries >= TRIES || (error as Error).name !== 'UnknownError') throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
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
        resolve(Object.fromEntries(stores.map((store, index) => [store, rows[index]!.result as unknown[]])));
      });
      transaction.addEventListener('abort', () => {
        found.close();
        reject(transaction.error ?? new Error('the stores could not be read'));
      });
    });
  });
}
