import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

const unhandled = vi.fn();

afterEach(() => {
  process.off('unhandledRejection', unhandled);
  unhandled.mockClear();
});

test.each(['has no workers', 'is disposed before'] as const)('a registration of the app\'s own that comes to nothing, where the page %s, is no rejection that nobody handled', async (what) => {
  process.on('unhandledRejection', unhandled);
  const { realm } = createFakeBrowser().openPage();
  let fail = (_error: Error): void => undefined;
  const registering = new Promise<never>((_registered, reject) => void (fail = reject));
  const client = createClient({ serviceWorker: registering, fallback: false }, what === 'has no workers' ? { ...realm, serviceWorker: undefined } : realm);
  if (what === 'is disposed before') client.dispose();
  await client.ready.catch(() => undefined);
  fail(new Error('no'));
  await settle();
  await new Promise((resolve) => setTimeout(resolve));
  expect(unhandled).not.toHaveBeenCalled();
});

test.each([{ code: 42 }, 'not today'])('what the app\'s own promise rejects with is the cause, though it is no error (%o)', async (reason) => {
  const { realm } = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: Promise.reject(reason), fallback: false }, realm);
  await expect(client.ready).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'not-registered' }, cause: reason });
});
