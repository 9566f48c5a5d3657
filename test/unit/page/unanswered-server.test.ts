import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

// A server that takes the request for the worker's script and never answers it.
function setUp() {
  const browser = createFakeBrowser();
  const page = browser.openPage();
  const container = Object.assign(page.container, { register: () => new Promise(() => undefined), controller: null });
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('location', { href: 'https://app.example/' });
  return { browser, page };
}

afterEach(() => void vi.unstubAllGlobals());

test('a call ends within the deadline though the server never sends the worker\'s script', async () => {
  const { browser, page } = setUp();
  const client = createClient({ fallback: false }, page.realm);
  const answer = client.record({ steps: 1 }).catch((error: unknown) => error);
  await settle();
  browser.clock.advance(9_999);
  await settle();
  expect(client.state().phase).toBe('connecting');
  browser.clock.advance(1);
  expect(await answer).toMatchObject({ code: 'worker.unavailable', details: { reason: 'inactive' } });
});

test('the loop runs in the page when the server never sends the worker\'s script', async () => {
  const { browser, page } = setUp();
  const client = createClient({}, page.realm);
  const answer = client.record({ steps: 1 });
  await settle();
  browser.clock.advance(10_000);
  expect(await answer).toMatchObject({ count: 1 });
  expect(client.state()).toMatchObject({ host: 'page', fallbackReason: 'inactive' });
});

test('the loop runs in the page when no worker that a library was to register is ready', async () => {
  const { browser, page } = setUp();
  const client = createClient({ serviceWorker: new Promise<never>(() => undefined) }, page.realm);
  const answer = client.record({ steps: 1 });
  await settle();
  browser.clock.advance(10_000);
  expect(await answer).toMatchObject({ count: 1 });
  expect(client.state()).toMatchObject({ host: 'page', fallbackReason: 'inactive' });
});
