import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock, NudgeloopError } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { usablePersistence } from '../../../src/storage/usable-persistence.ts';
import { settle } from '../../../src/testing/settle.ts';

const memory = () => createMemoryPersistence({ newId: createSequentialIds('epoch') });

/** A storage that can't be opened, for the reason that a browser gives. */
async function replacement(seen: string) {
  const clock = createSimulatedClock(0);
  const durable = { ...memory(), probe: () => Promise.reject(new NudgeloopError('storage.failed', 'not opened', { seen })) };
  const found = usablePersistence(durable, memory, createLog(clock.now), clock);
  for (let tries = 0; tries < 3; tries += 1) {
    await settle();
    clock.advance(1_000);
  }
  return { durable, found: await found };
}

test.each(['ReferenceError', 'SecurityError', 'InvalidStateError'])('where the browser has no database (%s), memory holds all that there is to erase', async (seen) => {
  const { found } = await replacement(seen);
  expect([found.durable, found.replaces]).toEqual([false, undefined]);
});

test('where a database can\'t be opened, memory knows which one it stands for', async () => {
  const { found, durable } = await replacement('UnknownError');
  expect([found.durable, found.replaces]).toEqual([false, durable]);
});
