/** What these workers use of their global scope; the kit is compiled with the types of pages. */
interface WorkerScope {
  addEventListener(
    type: 'message',
    listener: (event: {
      readonly data: unknown;
      readonly source: { postMessage(message: unknown): void } | null;
      waitUntil(work: Promise<unknown>): void;
    }) => void,
  ): void;
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('refused')));
  });

/** Runs one strict transaction. */
export async function transact<T>(database: IDBDatabase, work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
  const transaction = database.transaction(['pending', 'history', 'seen'], 'readwrite', { durability: 'strict' });
  const done = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')));
  });
  const result = await work(transaction);
  await done;
  return result;
}

/** The oldest entry that waits, if there is one. */
export async function oldest(transaction: IDBTransaction): Promise<{ readonly key: IDBValidKey; readonly n: number } | undefined> {
  const cursor = await settled(transaction.objectStore('pending').openCursor());
  return cursor === null ? undefined : { key: cursor.key, n: (cursor.value as { n: number }).n };
}

export const remove = async (transaction: IDBTransaction, key: IDBValidKey): Promise<unknown> =>
  settled(transaction.objectStore('pending').delete(key));

export const perform = async (transaction: IDBTransaction, n: number): Promise<unknown> =>
  settled(transaction.objectStore('history').add({ n }));

/** Starts a worker that takes numbers in, and works them off with the given step until there is none. */
export function startDrain(name: string, step: (database: IDBDatabase) => Promise<boolean>): void {
  const open = (): Promise<IDBDatabase> => {
    const opening = indexedDB.open(`drain-${name}`, 1);
    opening.addEventListener('upgradeneeded', () => {
      for (const store of ['pending', 'history']) opening.result.createObjectStore(store, { autoIncrement: true });
      opening.result.createObjectStore('seen');
    });
    return settled(opening);
  };

  const handle = async (n: number | undefined, reply: (message: unknown) => void): Promise<void> => {
    const database = await open();
    try {
      if (n !== undefined) {
        await transact(database, async (transaction) => {
          // A copy of what was taken is answered again, and not taken again.
          if ((await settled(transaction.objectStore('seen').get(n))) !== undefined) return;
          await settled(transaction.objectStore('seen').add(true, n));
          await settled(transaction.objectStore('pending').add({ n }));
        });
        reply({ acked: n });
      }
      while (await step(database));
      reply({ idle: n });
    } finally {
      database.close();
    }
  };

  (globalThis as unknown as WorkerScope).addEventListener('message', (event) => {
    const { submit, wake } = (event.data ?? {}) as { submit?: number; wake?: boolean };
    if (submit === undefined && wake === undefined) return;
    event.waitUntil(handle(submit, (message) => event.source?.postMessage(message)));
  });
}
