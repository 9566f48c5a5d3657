import type { GoalFeedbackPersistence } from 'nudgeloop/core';
import { createMemoryPersistence, createSequentialIds, persistenceContract } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const createMemory = () => createMemoryPersistence({ newId: createSequentialIds('epoch') });

/** Which cases a provider breaks, with what they say. */
async function brokenBy(create: () => GoalFeedbackPersistence): Promise<string[]> {
  const said: string[] = [];
  for (const { name, run } of persistenceContract(create)) await run().catch(({ message }: Error) => said.push(`${name}: ${message}`));
  return said;
}

/** Refuses as memory does, but with an error of its own. */
function refusingWith(error: unknown): GoalFeedbackPersistence {
  const memory = createMemory();
  return {
    ...memory,
    write: (loop, work) =>
      memory.write(loop, (base) => {
        const append: typeof base.append = (...given) => {
          try {
            base.append(...given);
          } catch {
            throw error;
          }
        };
        return work({ ...base, append });
      }),
  };
}

describe('the contract catches a provider', () => {
  test.each([
    ['without a code', new Error('UNIQUE constraint failed')],
    ['with a code that is no storage\'s', Object.assign(new Error('no'), { code: 'storage.failed' })],
  ])('that refuses %s', async (_what, error) => {
    expect(await brokenBy(() => refusingWith(error))).toEqual([
      `a place that is taken is never overwritten, but refused with a code: a second entry 2: expected a NudgeloopError with a code storage.*, saw ${String(error)}`,
    ]);
  });

  test('whose erasures look like losses', async () => {
    const create = () => {
      const memory = createMemory();
      const epoch = async () => (await memory.epoch()).replace('erased-', '');
      const write: typeof memory.write = (loop, work) => memory.write(loop, (base) => work({ ...base, epoch }));
      return { ...memory, epoch, write };
    };
    expect(await brokenBy(create)).toEqual([
      'erasing all leaves nothing, and begins a new epoch that says so: whether the new epoch is named by epochAfterErasure: expected true, saw false',
    ]);
  });

  test('and nothing else', async () => {
    expect(await brokenBy(createMemory)).toEqual([]);
  });
});
