import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock, NudgeloopError } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { usablePersistence } from '../../../src/storage/usable-persistence.ts';
import { settle } from '../../../src/testing/settle.ts';

const memory = () => createMemoryPersistence({ newId: createSequentialIds('epoch') });

/** What is used in place of a storage that fails to open for a reason, by itself each time, and when it was tried. */
async function replacement(seen: string, failures = Infinity) {
  const clock = createSimulatedClock(0);
  const tries: number[] = [];
  const probe = async (): Promise<void> => {
    tries.push(clock.now());
    if (tries.length <= failures) throw new NudgeloopError('storage.failed', 'not opened', { seen });
  };
  const durable = { ...memory(), durable: true, probe };
  const found = usablePersistence(durable, memory, createLog(clock.now), clock);
  for (let passed = 0; passed < 600; passed += 50) {
    await settle();
    clock.advance(50);
  }
  return { durable, found: await found, tries };
}

test.each(['ReferenceError', 'SecurityError', 'InvalidStateError'])('where the browser has no database (%s), memory holds all that there is to erase, at once', async (seen) => {
  const { found, tries } = await replacement(seen);
  expect([found.durable, found.replaces]).toEqual([false, undefined]);
  expect(tries).toEqual([0]);
});

test('where a database can\'t be opened within three tries, memory knows which one it stands for', async () => {
  const { found, durable, tries } = await replacement('UnknownError');
  expect([found.durable, found.replaces]).toEqual([false, durable]);
  expect(tries).toEqual([0, 50, 550]);
});

test('a database that a browser can\'t open for a moment, as one that was just started, is used', async () => {
  const { found, durable } = await replacement('UnknownError', 2);
  expect(found).toBe(durable);
});
