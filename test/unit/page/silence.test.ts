import { expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop, type TestLoop } from '../../../src/testing.ts';

test('a worker that is busy with slow strategies is called as ever, and answers at once', async () => {
  const slow: GoalFeedbackStrategy = {
    suggestActions: () => new Promise((resolve) => loop.clock.schedule(4_900, () => resolve([]))),
  };
  const loop: TestLoop = createTestLoop({ goalState: { steps: 10_000 }, strategy: { type: 'slow' }, worker: { strategies: { slow: () => slow } } });
  await loop.client.ready;
  for (let steps = 0; steps < 6; steps += 1) await loop.client.record({ steps });
  const poke = loop.client.poke().catch((error: { code: string }) => error.code);
  await loop.advance(10_500);
  const began = loop.clock.now();
  const calls = Promise.all([loop.client.history(), loop.client.record({ steps: 7 })]).then(() => loop.clock.now());
  await loop.advance(1_000);
  expect(await calls).toBe(began);
  await loop.advance(60_000);
  expect(await poke).toBe('call.timeout');
  loop.dispose();
});
