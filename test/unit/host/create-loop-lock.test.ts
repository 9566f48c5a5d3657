import { createLoopLock, createSimulatedClock } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createExclusiveWork } from '../../../src/host/exclusive-work.ts';
import { createLife } from '../../../src/testing/browser/life.ts';
import { createSimulatedLocks } from '../../../src/testing/browser/simulated-locks.ts';

test.each([['default', undefined], ['a:b', 'a:b']])('a worker without a host waits for the clients of the loop %s, and for those of no other', async (loop, name) => {
  const clock = createSimulatedClock(0);
  const locks = createSimulatedLocks();
  const client = createExclusiveWork({ locks: locks.of(createLife()), database: 'own:db', clock, strategyDeadline: 5_000 });
  const exclusively = createLoopLock({ locks: locks.of(createLife()), database: 'own:db', name, clock });
  const done: string[] = [];
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const first = client(loop, () => held.then(() => void done.push('client')));
  const second = exclusively(async () => void done.push('core'));
  await client('other', async () => void done.push('other'));
  end();
  await Promise.all([first, second]);
  expect(done).toEqual(['other', 'client', 'core']);
});
