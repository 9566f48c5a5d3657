import type { BrowserContext, CDPSession, Page, Worker } from '@playwright/test';
import { bundle } from './bundle.ts';
import { connect, expect, reconnect, record, stepsIn, test, type Site } from './fixture.ts';

const goalState = { steps: 10_000 };
const CLASSIC = { serviceWorker: { url: '/classic-worker.js', scope: '/' }, goalState };

/** The worker's global, as far as the tests use it. */
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly seen: string[];
}

async function workerOf(context: BrowserContext, name: string): Promise<Worker> {
  const find = () => context.serviceWorkers().find((worker) => worker.url().endsWith(name));
  await expect.poll(() => find() !== undefined).toBe(true);
  return find()!;
}

/** What the other SDK in the worker saw. */
const seenBy = (worker: Worker): Promise<string[]> => worker.evaluate(() => (globalThis as unknown as Scope).seen);

const tagsShownBy = (worker: Worker): Promise<string[]> =>
  worker.evaluate(async () => (await (globalThis as unknown as Scope).registration.getNotifications()).map(({ tag }) => tag).sort());

function click(worker: Worker, tag: string): Promise<void> {
  return worker.evaluate(async (given) => {
    const [notification] = await (globalThis as unknown as Scope).registration.getNotifications({ tag: given });
    const Click = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event }).NotificationEvent;
    dispatchEvent(new Click('notificationclick', { notification }));
  }, tag);
}

/** Posts to the active worker, and waits for the first answer that is not ours. */
function ask(page: Page, message: unknown): Promise<unknown> {
  return page.evaluate(async (given) => {
    const registration = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => data?.nudgeloop === undefined && resolve(data));
      registration.active?.postMessage(given);
    });
  }, message);
}

/** The browser's own events, made by its developer tools. */
async function eventsFor(page: Page, site: Site) {
  const session: CDPSession = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [registration] }) => registration && resolve(registration.registrationId));
  });
  await session.send('ServiceWorker.enable');
  const whose = { origin: site.url, registrationId: await registered };
  return {
    push: (data: string) => session.send('ServiceWorker.deliverPushMessage', { ...whose, data }),
    sync: (tag: string) => session.send('ServiceWorker.dispatchSyncEvent', { ...whose, tag, lastChance: false }),
  };
}

/** What woke our part of the worker. */
const wakings = (page: Page): Promise<unknown[]> =>
  page.evaluate(async () => (await window.client.inspect()).log.host.filter(({ code }) => code === 'worker.woken').map(({ fields }) => fields?.['cause']));

test.beforeEach(({ context }) => context.grantPermissions(['notifications']));

test('pushes, notifications, messages and tags that are not ours stay with those whose they are', async ({ page, context, site }) => {
  await connect(page, site, CLASSIC);
  await page.evaluate(() => window.client.ready);
  const worker = await workerOf(context, '/classic-worker.js');
  const events = await eventsFor(page, site);

  expect(await ask(page, { sdk: 'sdk:question', nested: { a: [1] } })).toEqual({ sdk: 'sdk:answer', got: { sdk: 'sdk:question', nested: { a: [1] } } });
  await events.push('News');
  await expect.poll(() => tagsShownBy(worker)).toEqual(['app:news']);
  await worker.evaluate(() => (globalThis as unknown as Scope).registration.showNotification('sdk', { tag: 'sdk:1' }));
  await events.sync('sdk:retry');
  await expect.poll(() => seenBy(worker)).toEqual(['message sdk:question', 'sync sdk:retry']);
  expect(await wakings(page)).not.toContain('sync');
  await events.sync('nudgeloop:nudgeloop');
  await expect.poll(() => wakings(page)).toContain('sync');

  await click(worker, 'sdk:1');
  await click(worker, 'app:news');
  await expect.poll(() => seenBy(worker)).toContain('notificationclick sdk:1');
  expect(await tagsShownBy(worker)).toEqual(['app:news']);

  await record(page, { steps: 4_000 });
  await page.evaluate(() => window.client.erase({ all: true }));
  expect(await tagsShownBy(worker)).toEqual(['app:news']);
  expect(await seenBy(worker)).toEqual(['message sdk:question', 'sync sdk:retry', 'notificationclick sdk:1']);
  expect(await page.evaluate(() => window.logged.filter(({ level }) => level === 'warn' || level === 'error'))).toEqual([]);
});

/**
 * More than half of the time in which an update comes by itself, in milliseconds. The page asks the worker after each
 * half. Only one of them is skipped: the browser's own clock has to pass while it fetches the script.
 */
const UPDATE_HALF_MS = 6_000;

test('a worker whose newer script the browser can\'t fetch is told of with the reason, not as a forgotten copy', async ({ page, site }) => {
  const { rm, writeFile } = await import('node:fs/promises');
  const path = `${site.overlay}/left-behind.js`;
  await writeFile(path, await bundle('../sw/service-worker.ts', 'iife', { __NUDGELOOP_BUILD__: '"older"' }));
  await page.clock.install();
  await connect(page, site, { goalState, serviceWorker: { url: '/left-behind.js' } });
  await record(page, { steps: 1 });
  await rm(path);
  await page.clock.fastForward(UPDATE_HALF_MS);
  const stale = () => page.evaluate(() => window.logged.filter(({ code }) => code === 'worker.stale').map(({ fields }) => fields));
  await expect
    .poll(stale, { timeout: 15_000 })
    .toEqual([{ page: 'source', worker: 'older', update: 'http-error', mend: "the browser can't update the worker: the server does not have the script" }]);
});

test('a copy of the worker that was forgotten at an update is told of, and a new copy ends it', async ({ page, site }) => {
  const { mkdir, rm, writeFile } = await import('node:fs/promises');
  const old = await bundle('../sw/service-worker.ts', 'iife', { __NUDGELOOP_BUILD__: '"older"', __NUDGELOOP_COPY__: 'true' });
  await mkdir(`${site.overlay}/nudgeloop`);
  await writeFile(`${site.overlay}/nudgeloop/service-worker.js`, old);
  const stale = () => page.evaluate(() => window.logged.filter(({ code }) => code === 'worker.stale').map(({ fields }) => fields));
  await page.clock.install();
  await connect(page, site, { goalState });
  await record(page, { steps: 1 });
  await page.clock.fastForward(UPDATE_HALF_MS);
  await expect.poll(stale, { timeout: 15_000 }).toEqual([{ page: 'source', worker: 'older', mend: expect.stringContaining('npx nudgeloop init') }]);
  expect(await page.evaluate(() => window.client.state().workerStale)).toBe(true);

  // What the command does, as far as the server sees it. The page meets the old worker once more, and the browser replaces it.
  await rm(`${site.overlay}/nudgeloop`, { recursive: true });
  await page.reload();
  await reconnect(page, { goalState });
  await expect.poll(() => page.evaluate(async () => (await window.client.inspect()).host.build), { timeout: 5_000 }).toBe('source');
  await page.clock.fastForward(UPDATE_HALF_MS);
  await page.waitForTimeout(UPDATE_HALF_MS);
  expect(await stale()).toEqual([]);
  expect(await stepsIn(page)).toEqual([1]);
});
