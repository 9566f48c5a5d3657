import { createIndexedDbPersistence, systemClock, systemIds } from 'nudgeloop/core';

let count = 0;

/** The name of a database that no test used. */
export const freshName = () => `browser-${Date.now()}-${(count += 1)}`;

export const open = (database: string) => createIndexedDbPersistence({ database, newId: systemIds, clock: systemClock });

/** What a request to the browser's own database comes to. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('failed')));
  });
}
