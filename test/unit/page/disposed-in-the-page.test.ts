import { createMemoryPersistence, createSequentialIds, type GoalFeedbackStrategy } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
// What hosts the loops is loaded before a client asks for it: a client that is disposed meanwhile would open no storage.
import '../../../src/page/session/in-page-host.ts';
import type { NudgeloopClient } from '../../../src/page/client-types.ts';
import type { GoalFeedbackPersistence } from '../../../src/storage/persistence.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

/** A page that hosts its loops, whether its storage is open, and how often it asked its strategy, which answers once that is let. */
function setUp(whenLet: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, 5))) {
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  const seen = { isOpen: false, asked: 0 };
  const opening = async (): Promise<void> => {
    seen.isOpen = true;
    // As with a database, an answer takes longer than a microtask.
    await new Promise((resolve) => setTimeout(resolve));
  };
  const persistence: GoalFeedbackPersistence = {
    ...memory,
    probe: opening,
    epoch: async () => (await opening(), memory.epoch()),
    loops: async () => (await opening(), memory.loops()),
    read: async (...given) => (await opening(), memory.read(...given)),
    write: async (...given) => (await opening(), memory.write(...given)),
    eraseAll: async (...given) => (await opening(), memory.eraseAll(...given)),
    close: async () => void (seen.isOpen = false),
  };
  const slow: GoalFeedbackStrategy = {
    async suggestActions(_history, actions) {
      seen.asked += 1;
      await whenLet();
      return actions;
    },
  };
  const { realm } = createFakeBrowser().openPage();
  const open = (options: object = {}): NudgeloopClient =>
    createClient({ serviceWorker: false, strategies: { slow: () => slow }, ...options }, { ...realm, createPersistence: () => persistence });
  return { open, seen };
}

/** Lets everything end that was begun. */
async function pass(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  await settle();
}

const ignored = (): void => undefined;
const goal = { goalState: { steps: 10 } };

const ends: readonly [string, object, (client: NudgeloopClient) => unknown][] = [
  ['at once', goal, ignored],
  ['once it is ready', goal, (client) => client.ready],
  ['after a call', goal, (client) => client.record({ steps: 1 })],
  ['with calls under way', goal, async (client) => {
    await client.ready;
    for (const call of [client.record({ steps: 1 }), client.history(), client.poke(), client.loop('other').ready, client.erase()]) call.catch(ignored);
  }],
];

test.each(ends)('a client that hosts its loops and is disposed %s leaves no storage open', async (_when, options, end) => {
  const { open, seen } = setUp();
  const client = open(options);
  client.on('nudge', ignored);
  client.ready.catch(ignored);
  await end(client);
  client.dispose();
  await pass();
  expect(seen.isOpen).toBe(false);
});

test('a client that hosts its loops and is disposed while it asks a strategy about several actions asks no more', async () => {
  const { open, seen } = setUp(() => recorded.then(client.dispose));
  const client = open({ ...goal, strategy: { type: 'slow' } });
  const recorded = Promise.all([1, 2, 3].map((steps) => client.record({ steps })));
  await recorded;
  while (seen.asked === 0) await settle();
  await pass();
  expect(seen).toEqual({ isOpen: false, asked: 1 });
});
