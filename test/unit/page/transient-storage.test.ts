import { expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { createClient } from '../../../src/page/client.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';

test.each([
  ['service-worker', true],
  ['page', true],
  ['service-worker', false],
  ['page', false],
] as const)('with the host %s, what is durable in the storage is called so unless that ends with the page around the frame (%s)', async (host, isTransient) => {
  const storage = { ...createMemoryPersistence({ newId: createSequentialIds('epoch') }), durable: true };
  const { realm, registration } = createSimulatedBrowser({ start: 0, seed: 1, storage }).openPage();
  const client = createClient({ serviceWorker: host === 'page' ? false : registration }, { ...realm, transient: isTransient && { durable: false } });
  const told = [(await client.ready).durable, (await client.record({ steps: 1 })).durable, client.state().durable];
  expect([client.state().host, ...told]).toEqual([host, !isTransient, !isTransient, !isTransient]);
});
