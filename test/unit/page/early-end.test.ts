import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

/** A page whose script for the worker is on its way until `arrive` is called. */
function setUp() {
  const browser = createFakeBrowser();
  const page = browser.openPage();
  let arrive = (): void => undefined;
  const register = vi.fn(() => new Promise((resolve) => (arrive = () => resolve(page.registration))));
  Object.assign(page.container, { register, controller: null, getRegistration: async () => undefined });
  vi.stubGlobal('navigator', { serviceWorker: page.container });
  vi.stubGlobal('location', { href: 'https://app.example/' });
  return { browser, page, register, arrive: () => arrive() };
}

afterEach(() => void vi.unstubAllGlobals());

test('a client that is disposed while its worker is registered says nothing to it, and brings no loop into the page', async () => {
  const { browser, page, register, arrive } = setUp();
  const logged: string[] = [];
  const client = createClient({ retentionLimit: 1, logSinks: [({ code }) => logged.push(code)] }, page.realm);
  await settle();
  expect(register).toHaveBeenCalledTimes(1);
  client.dispose();
  arrive();
  await settle();
  browser.clock.advance(60_000);
  await settle();
  expect(browser.messages.sent('requests')).toBe(0);
  expect(logged).toEqual([]);
});

test('a client that is disposed at once registers nothing', async () => {
  const { page, register } = setUp();
  createClient({}, page.realm).dispose();
  await settle();
  expect(register).not.toHaveBeenCalled();
});

test('a client that is disposed while its worker fails brings no loop into the page', async () => {
  const { browser, page } = setUp();
  const logged: string[] = [];
  const client = createClient({ logSinks: [({ code }) => logged.push(code)] }, page.realm);
  await settle();
  client.dispose();
  browser.clock.advance(10_000);
  await settle();
  await import('../../../src/page/session/in-page-host.ts');
  await settle();
  expect(logged).toEqual([]);
});

test('a page that the browser renders ahead waits for whoever opens it, and then has its worker', async () => {
  const { browser, page } = setUp();
  let open = (): void => undefined;
  const whenActivated = () => new Promise<void>((resolve) => (open = resolve));
  const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10 } }, { ...page.realm, whenActivated });
  const recorded = client.record({ steps: 1 });
  await settle();
  browser.clock.advance(600_000);
  await settle();
  expect(client.state()).toMatchObject({ phase: 'connecting', host: null });
  expect(browser.messages.sent('requests')).toBe(0);
  open();
  expect(await recorded).toMatchObject({ count: 1 });
  expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker' });
});

test('a call that waits when the client is disposed says whether it was sent, since it may be stored then', async () => {
  const browser = createFakeBrowser();
  const [one, other] = [browser.openPage(), browser.openPage()];
  const client = createClient({ serviceWorker: one.registration }, one.realm);
  await client.ready;
  browser.messages.hold('answers');
  const calls = Array.from({ length: 200 }, (_none, steps) => client.record({ steps }).catch((error: unknown) => error));
  await settle();
  client.dispose();
  const errors = (await Promise.all(calls)) as { readonly code: string; readonly details: object }[];
  expect(new Set(errors.map(({ code, details }) => `${code} ${JSON.stringify(details)}`))).toEqual(
    new Set(['client.disposed {"call":"record","sent":true}', 'client.disposed {"call":"record","sent":false}']),
  );
  browser.messages.release();
  const later = createClient({ serviceWorker: other.registration }, other.realm);
  expect(await later.history({ limit: 1_000 })).toHaveLength(errors.filter(({ details }) => 'sent' in details && details.sent).length);
  await expect(client.record({ steps: 1 })).rejects.toMatchObject({ code: 'client.disposed', details: { sent: false } });
});

test.each(['has no answer in time', 'is cut off by dispose'])('a record that waits for a greeting which %s says that it was not sent', async (end) => {
  const browser = createFakeBrowser();
  const page = browser.openPage();
  const client = createClient({ serviceWorker: page.registration }, page.realm);
  await client.erase();
  browser.messages.lose('requests');
  const recording = client.record({ steps: 1 }).catch((error: unknown) => error);
  await settle();
  if (end === 'is cut off by dispose') client.dispose();
  else browser.clock.advance(10_000);
  expect(await recording).toMatchObject({
    code: end === 'is cut off by dispose' ? 'client.disposed' : 'call.timeout',
    message: expect.stringContaining('was not sent'),
    details: { call: 'hello', sent: false },
    cause: { details: { sent: true } },
  });
});
