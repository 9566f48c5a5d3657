import { describe, test } from 'vitest';
import { createMemoryPersistence, persistenceContract } from 'nudgeloop/testing';
import { systemIds } from 'nudgeloop/core';

describe('memory', () => {
  // One store per name is enough: what is in memory does not outlive it.
  for (const { name, run } of persistenceContract(() => createMemoryPersistence({ newId: systemIds }))) test(name, run);
});
