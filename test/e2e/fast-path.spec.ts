import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../../scripts/lib/find-browser.mjs';
import { SITE } from './build-site.ts';
import { connect, delivered, expect, reconnect, record, stepsIn, stopWorkers, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };
const executablePath = findBrowser('chromium')?.executablePath;

/** One message: a request by itself, or a bundle of them. */
interface Sent {
  readonly kind: string;
  readonly message?: { readonly path: readonly string[] };
  readonly parts?: readonly (readonly [order: number, first: number, message: { readonly path: readonly string[] }])[];
}

/** Counts what the page sends from its next load on: by messages that wake the worker, and by ports. */
async function countMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sent: Window['sent'] = { waking: [], byPort: [] };
    window.sent = sent;
    for (const [prototype, list] of [[ServiceWorker.prototype, sent.waking], [MessagePort.prototype, sent.byPort]] as const) {
      const send = prototype.postMessage as (...given: readonly unknown[]) => void;
      prototype.postMessage = function counted(this: ServiceWorker | MessagePort, ...given: unknown[]) {
        const { kind, message, parts } = given[0] as Sent;
        const messages = parts?.map((part) => part[2]) ?? [message];
        list.push(...messages.map((one) => one?.path[0] ?? kind));
        send.apply(this, given);
      };
    }
  });
}

declare global {
  interface Window {
    sent: { readonly waking: string[]; readonly byPort: string[] };
  }
}

/** Calls until one goes by the port. */
async function awaitPort(page: Page): Promise<void> {
  const isThere = (): Promise<boolean> =>
    page.evaluate(async () => {
      await window.client.history({ limit: 1 });
      return window.sent.byPort.length > 0;
    });
  await expect.poll(isThere).toBe(true);
}

/** What was sent since it was last asked. */
const takeSent = (page: Page) =>
  page.evaluate(() => ({ waking: window.sent.waking.splice(0), byPort: window.sent.byPort.splice(0) }));

test('calls go by a port while the worker is awake', async ({ page, site }) => {
  await countMessages(page);
  await connect(page, site, GOAL);
  // Again, should the machine be so busy that an answer takes a quarter of a second.
  await expect(async () => {
    await takeSent(page);
    await awaitPort(page);
    await takeSent(page);
    await record(page, ...Array.from({ length: 30 }, (_none, steps) => ({ steps })));
    const { waking, byPort } = await takeSent(page);
    expect(byPort.filter((method) => method === 'record')).toHaveLength(30);
    expect(waking).toEqual([]);
  }).toPass({ timeout: 25_000 });
  await page.evaluate(() => window.client.poke());
  expect((await takeSent(page)).waking).toEqual(['poke']);
});

test('a worker that is stopped in the middle of a hundred calls loses none and doubles none, and they stay in order', async ({ page, site }) => {
  await countMessages(page);
  await connect(page, site, GOAL);
  let done = 0;
  // Again, should the port be given up before the worker was stopped: the machine may be that busy.
  await expect(async () => {
    await takeSent(page);
    await awaitPort(page);
    await takeSent(page);
    const recording = page.evaluate(async (first) => {
      const calls: Promise<unknown>[] = [];
      for (let n = 0; n < 100; n += 1) {
        calls.push(window.client.record({ steps: first + n }));
        if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return (await Promise.all(calls)).length;
    }, done);
    await stopWorkers(page);
    done += await recording;
    const { byPort, waking } = await takeSent(page);
    expect(byPort).toContain('record');
    expect(waking).toContain('record');
  }).toPass({ timeout: 20_000 });
  expect(await stepsIn(page)).toEqual(Array.from({ length: done }, (_none, steps) => steps));
  expect(new Set(await delivered(page, done)).size).toBe(done);
});

test('a worker that was replaced is not asked any more', async ({ page, site }) => {
  await countMessages(page);
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  await awaitPort(page);
  await writeFile(join(site.overlay, 'newer.js'), `${await readFile(join(SITE, 'nudgeloop/service-worker.js'), 'utf8')}\nself.skipWaiting();`);
  await page.evaluate(async () => {
    const [old] = await navigator.serviceWorker.getRegistrations();
    const next = await navigator.serviceWorker.register('/newer.js', { scope: old!.scope });
    await new Promise<void>((resolve) => {
      const look = (): unknown => (next.active?.scriptURL.endsWith('/newer.js') === true ? resolve() : setTimeout(look, 20));
      look();
    });
  });
  await takeSent(page);
  await record(page, { steps: 2 });
  expect((await takeSent(page)).waking).toContain('record');
  await awaitPort(page);
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('a page that was left by the back button had no port open, and gets another when it comes back', async ({ site }) => {
  const browser = await chromium.launch({
    args: chromiumArgs,
    // Playwright switches the back/forward cache off.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    ...(executablePath && { executablePath }),
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await countMessages(page);
  await page.addInitScript(() => {
    const close = MessagePort.prototype.close;
    MessagePort.prototype.close = function told(this: MessagePort) {
      window.told.push('closed');
      close.call(this);
    };
  });
  await connect(page, site, GOAL);
  await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => window.told.push(`shown ${persisted}`)));
  await awaitPort(page);

  // Playwright's own handles do not follow a page into the cache and back.
  const tab = await context.newCDPSession(page);
  const evaluate = async (expression: string): Promise<unknown> =>
    (await tab.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result.value;
  await tab.send('Page.enable');
  await tab.send('Page.navigate', { url: `${site.url}/nowhere.html` });
  await expect.poll(() => evaluate('location.pathname')).toBe('/nowhere.html');
  const { entries, currentIndex } = await tab.send('Page.getNavigationHistory');
  await tab.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]!.id });
  await expect.poll(() => evaluate('location.pathname')).toBe('/');
  expect(await evaluate('window.told')).toEqual(['closed', 'shown true']);

  await evaluate('window.sent.byPort.length = 0');
  await evaluate('window.client.record({ steps: 1 })');
  await expect.poll(() => evaluate('window.client.history().then(() => window.sent.byPort.length > 0)')).toBe(true);
  expect(await evaluate('window.client.record({ steps: 2 }).then(() => window.client.history()).then((all) => all.length)')).toBe(2);
  await browser.close();
});

test('a page that is opened and reloaded in between goes on as ever', async ({ page, site }) => {
  await countMessages(page);
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  await awaitPort(page);
  await page.evaluate(() => addEventListener('pagehide', () => void window.client.record({ steps: 2 })));
  await page.reload();
  await reconnect(page, GOAL);
  await record(page, { steps: 3 });
  expect(await stepsIn(page)).toEqual([1, 2, 3]);
});
