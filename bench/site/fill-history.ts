import { GoalFeedbackWorker } from '../../src/loop/goal-feedback-worker.ts';
import { SimpleGoalFeedbackStrategy } from '../../src/loop/strategies/simple-goal-feedback-strategy.ts';
import { createIndexedDbPersistence } from '../../src/storage/indexeddb/indexeddb-persistence.ts';
import type { GoalFeedbackPersistence } from '../../src/storage/persistence.ts';
import { systemClock, systemIds } from '../../src/system.ts';
import { sampleAction } from './sample-action.ts';
import { STORAGE_LIMIT } from './storage-limit.ts';

/** Actions in one call at the most. */
const CHUNK = 10_000;

/** The product's storage, as the worker opens it. */
export function openPersistence(durability: 'strict' | 'relaxed'): GoalFeedbackPersistence {
  return createIndexedDbPersistence({ database: 'nudgeloop', durability, newId: systemIds, clock: systemClock });
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
export async function fillHistory({ count }: { count: number }): Promise<number> {
  const persistence = openPersistence('relaxed');
  const loop = openLoop(persistence);
  for (let left = count; left > 0; left -= CHUNK) {
    await loop.record(Array.from({ length: Math.min(left, CHUNK) }, (_, index) => sampleAction(left + index)));
  }
  const held = await heldIn(loop);
  await persistence.close();
  return held;
}

/** How many actions the history retains. */
export async function countHistory(): Promise<number> {
  const persistence = openPersistence('relaxed');
  const held = await heldIn(openLoop(persistence));
  await persistence.close();
  return held;
}

/** How many actions a loop retains. */
export const heldIn = (loop: GoalFeedbackWorker): Promise<number> => loop.read(async (_transaction, state) => state.history.count);
