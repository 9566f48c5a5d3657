import { GoalFeedbackWorker } from '../../src/loop/goal-feedback-worker.ts';
import { SimpleGoalFeedbackStrategy } from '../../src/loop/strategies/simple-goal-feedback-strategy.ts';
import { createIndexedDbPersistence } from '../../src/storage/indexeddb/indexeddb-persistence.ts';
import type { GoalFeedbackPersistence } from '../../src/storage/persistence.ts';
import { systemClock, systemIds } from '../../src/system.ts';
import { sampleAction } from './sample-action.ts';

/** More than any figure stores: what is asked for here is long histories, not their limit. */
export const STORAGE_LIMIT = 1_000_000_000;

/** Actions in one call at the most. */
const CHUNK = 10_000;

/** The product's storage, as the worker opens it. */
export function openPersistence(database: string, durability: 'strict' | 'relaxed'): GoalFeedbackPersistence {
  return createIndexedDbPersistence({ database, durability, newId: systemIds, clock: systemClock });
}

/** The product's loop over that storage, without page, messages or host around it. */
export function openLoop(persistence: GoalFeedbackPersistence, retentionLimit?: number): GoalFeedbackWorker {
  const kept = retentionLimit === undefined ? {} : { retentionLimit };
  return new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence, storageLimit: STORAGE_LIMIT, ...kept });
}

/**
 * Adds actions to a history through the product's own loop, so that they are stored in its format.
 *
 * @returns how many it retains then
 */
export async function fillHistory({ database = 'nudgeloop', count }: { database?: string; count: number }): Promise<number> {
  const persistence = openPersistence(database, 'relaxed');
  const loop = openLoop(persistence);
  for (let left = count; left > 0; left -= CHUNK) {
    await loop.record(Array.from({ length: Math.min(left, CHUNK) }, (_, index) => sampleAction(left + index)));
  }
  const held = await loop.read(async (_transaction, state) => state.history.count);
  await persistence.close();
  return held;
}
