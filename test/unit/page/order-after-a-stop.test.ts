import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import { settle } from '../../../src/testing/settle.ts';

/** A page that made six calls, of which a worker that was stopped took the first three with it. */
async function setUp() {
  const storage = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  const browser = createSimulatedBrowser({ start: 1_750_000_000_000, seed: 1, storage });
  const openClient = async () => {
    const page = browser.openPage({ hasPorts: false });
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.ready;
    await settle();
    return { page, client };
  };
  const { page, client } = await openClient();
  browser.worker.kill('before-commit');
  const calls = [1, 2, 3].map((steps) => client.record({ steps }));
  await settle();
  const before = browser.wire.sent('waking');
  calls.push(...[4, 5, 6].map((steps) => client.record({ steps })));
  // The next worker has them, and its question for the others is on its way.
  while (browser.wire.sent('waking') < before + 3) await Promise.resolve();
  const advance = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      browser.clock.advance(500);
      await settle();
    }
  };
  return { openClient, page, client, calls, advance };
}

const stepsIn = async ({ history }: { history: (range: object) => Promise<readonly { readonly action: Readonly<Record<string, unknown>> }[]> }) =>
  (await history({})).map(({ action }) => action['steps']);

test.each([0, 3, 4, 10, 20])('calls are stored in their order, though the worker was stopped among them and the page heard nothing for %d seconds', async (seconds) => {
  const { page, client, calls, advance } = await setUp();
  page.sleep();
  await advance(seconds * 1_000);
  page.wake();
  await settle();
  await Promise.all(calls);
  expect(await stepsIn(client)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what a page called that was closed is stored within seconds, though the worker was stopped among its calls', async () => {
  const { openClient, page, advance } = await setUp();
  page.life.end();
  const { client } = await openClient();
  await advance(3_000);
  expect(await stepsIn(client)).toEqual([]);
  await advance(500);
  expect(await stepsIn(client)).toEqual([4, 5, 6]);
});

test('what a page called that does not come back in time is stored, though what the stopped worker lost comes later', async () => {
  const { openClient, page, client, calls, advance } = await setUp();
  page.sleep();
  await advance(21_000);
  const other = await openClient();
  expect(await stepsIn(other.client)).toEqual([4, 5, 6]);
  page.wake();
  await settle();
  await Promise.all(calls);
  expect(await stepsIn(client)).toEqual([4, 5, 6, 1, 2, 3]);
});
