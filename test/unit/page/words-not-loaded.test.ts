import { expect, test, vi } from 'vitest';

test.each<[what: string, load: () => Promise<object>]>([
  // As a server that takes the request and never answers it leaves them.
  ['never come', () => new Promise(() => undefined)],
  ['can not be loaded', () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'))],
])('a worker that could not be registered is told with what the browser said, though the words that tell the reasons apart %s', async (_what, load) => {
  vi.resetModules();
  vi.doMock('../../../src/page/worker/explain.ts', load);
  const { createClient } = await import('../../../src/page/client.ts');
  const { createFakeBrowser, settle } = await import('./fake-browser.ts');
  const { clock, ...browser } = createFakeBrowser();
  const said = new TypeError('Failed to fetch');
  const client = createClient({ serviceWorker: Promise.reject(said), fallback: false }, browser.openPage().realm);
  const failing = client.ready.catch((error: unknown) => error);
  // For the reason first, then for the advice.
  for (let waits = 0; waits < 2; waits += 1) {
    await settle();
    clock.advance(2_000);
  }
  expect(await failing).toMatchObject({ code: 'worker.unavailable', details: { reason: 'network', url: '' }, cause: said });
});
