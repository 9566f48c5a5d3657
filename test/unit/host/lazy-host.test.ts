import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock, NudgeloopError } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createLazyHost } from '../../../src/host/lazy-host.ts';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';

test('a call that was done is answered as done, though the database can\'t be asked afterwards which one it is', async () => {
  const clock = createSimulatedClock(1_000);
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  let isLost = false;
  // A newer version of the app upgrades the database: what is under way ends well, and nothing is opened after it.
  const persistence = {
    ...memory,
    epoch: () => (isLost ? Promise.reject(new NudgeloopError('storage.newer', 'a newer version has it')) : memory.epoch()),
  };
  const { api } = createLazyHost({
    kind: 'page',
    clock,
    newId: createSequentialIds('id'),
    log: createLog(() => clock.now()),
    strategies: createStrategyRegistry(),
    openPersistence: async () => persistence,
    publish: () => undefined,
    exclusively: (_name, work) => work(),
  });
  expect(await api.setGoalState({ loop: 'a', goalState: { steps: 1 } })).toMatchObject({ ok: true, epoch: 'epoch-1' });
  isLost = true;
  expect(await api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] })).toMatchObject({ ok: true, value: [{ steps: expect.any(Number) }] });
});
