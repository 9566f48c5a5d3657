import { expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { createClient } from '../../../src/page/client.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import { turn } from '../../../src/testing/settle.ts';

const strategies = { own: () => ({ trusted: true, suggestActions: (_history: unknown, actions: readonly object[]) => actions }) };

test('a page without a worker that does not know the strategy looks for a worker once, whatever waits and whatever other tabs record', async () => {
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  // As in a real database, a reading takes longer than a refusal that needs none.
  const storage: typeof memory = Object.assign(Object.create(memory) as typeof memory, {
    durable: memory.durable,
    read: async (...given: Parameters<typeof memory.read>) => {
      await turn();
      return memory.read(...given);
    },
  });
  const browser = createSimulatedBrowser({ start: 1_750_000_000_000, seed: 1, storage });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      browser.clock.advance(1_000);
      for (let turns = 0; turns < 5; turns += 1) await turn();
    }
  };
  const record = async (steps: number): Promise<void> => {
    const recorded = knowing.record({ steps });
    await pass(1);
    await recorded;
  };
  const knowing = createClient({ strategies: strategies as never, strategy: { type: 'own' }, goalState: { steps: 10 } }, browser.openPage({ support: 'unsupported' }).realm);
  await pass(2);
  // Its nudge is announced by each host that opens the loop.
  await record(1);
  const searches: string[] = [];
  const refused = createClient(
    { strategy: { type: 'own' }, logSinks: [({ code }) => code === 'worker.fallback' && searches.push(code)] },
    browser.openPage({ support: 'unsupported' }).realm,
  );
  refused.ready.catch(() => undefined);
  await pass(30);
  for (let steps = 2; steps < 12; steps += 1) await record(steps);
  expect(refused.state().error?.code).toBe('strategy.unknown');
  expect(searches).toHaveLength(1);
});
