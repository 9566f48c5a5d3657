import { describe, test } from 'vitest';
import { persistenceContract } from 'nudgeloop/testing';
import { createIndexedDbPersistence, systemClock, systemIds } from 'nudgeloop/core';

for (const durability of ['strict', 'relaxed'] as const) {
  describe(`IndexedDB, ${durability}`, () => {
    const create = (database: string) =>
      createIndexedDbPersistence({ database, durability, newId: systemIds, clock: systemClock });
    for (const { name, run } of persistenceContract(create)) test(name, run, 60_000);
  });
}
