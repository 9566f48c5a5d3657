import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import type { Check } from './contract/contract-check.ts';
import { documentCases } from './contract/document-cases.ts';
import { isolationCases } from './contract/isolation-cases.ts';
import { journalCases } from './contract/journal-cases.ts';
import { loopCases } from './contract/loop-cases.ts';
import { runRandomHistory } from './contract/random-history.ts';
import { storageCases } from './contract/storage-cases.ts';
import { transactionCases } from './contract/transaction-cases.ts';

/** One requirement for every persistence provider. */
export interface PersistenceContractCase {
  /** What the user of the provider gets. */
  readonly name: string;
  /** Rejects if the provider does not meet it. */
  run(): Promise<void>;
}

/**
 * Opens the provider under test. If the provider is durable, the same name must open the same storage again, even while the
 * first one is open, as a tab and a worker do. A different name must open a different storage.
 */
export type PersistenceFactory = (name: string) => GoalFeedbackPersistence;

/**
 * Returns tests of what every persistence provider must do, for any test runner. Passing them is necessary, but not
 * sufficient. They can't find:
 *
 * - whether a write outlives a power cut or a killed process, since nothing is killed;
 * - whether a full disk, a blocked storage or a storage of a newer version gets its own code, since `withFaults` only
 *   simulates them;
 * - whether the cost of a call grows with what is stored;
 * - failures that happen only now and then.
 *
 * @param create opens the provider under test
 *
 * @example
 * ```ts
 * import { createMemoryPersistence, createSequentialIds, persistenceContract } from 'nudgeloop/testing';
 * import { test } from 'vitest';
 *
 * // Your own provider instead of this one.
 * const create = (name: string) => createMemoryPersistence({ newId: createSequentialIds(name) });
 *
 * for (const { name, run } of persistenceContract(create)) test(name, run);
 * ```
 */
export function persistenceContract(create: PersistenceFactory): PersistenceContractCase[] {
  let count = 0;
  const cases: PersistenceContractCase[] = [];
  const check: Check = (name, body) => {
    const run = async (): Promise<void> => {
      const storage = `contract-${(count += 1)}`;
      const persistence = create(storage);
      const opened = [persistence];
      const tidyUp = async (): Promise<void> => {
        await persistence.eraseAll();
        for (const one of new Set(opened)) await one.close();
      };
      await persistence.eraseAll();
      try {
        await body(persistence, () => {
          const other = persistence.durable ? create(storage) : persistence;
          opened.push(other);
          return other;
        });
      } catch (error) {
        // What the case found counts, not whether the cleanup worked.
        await tidyUp().catch(() => undefined);
        throw error;
      }
      await tidyUp();
    };
    cases.push({ name, run });
  };

  journalCases(check);
  documentCases(check);
  transactionCases(check);
  isolationCases(check);
  loopCases(check);
  storageCases(check);
  for (const seed of [1, 2, 3]) {
    check(`a long random history ends as a simple model says (seed ${seed})`, (store) => runRandomHistory(store, seed));
  }
  return cases;
}
