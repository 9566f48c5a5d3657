import type { BrowserContext, Worker } from '@playwright/test';
import { connect, delivered, expect, record, test } from './fixture.ts';

const OWN = { serviceWorker: { url: '/notifying-worker.js', scope: '/' }, goalState: { steps: 10_000 } };

/** The worker's global, as far as the tests use it. */
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { openWindow: (url: string) => Promise<null> };
  readonly source: { push: (action: object) => void };
  readonly wake: () => Promise<unknown>;
  readonly logged: string[];
  opened: string[];
}

async function workerOf(context: BrowserContext): Promise<Worker> {
  const find = () => context.serviceWorkers().find((worker) => worker.url().endsWith('/notifying-worker.js'));
  await expect.poll(() => find() !== undefined).toBe(true);
  return find()!;
}

/** Tag, title and body of what is on show, as the worker sees it. */
function shownBy(worker: Worker): Promise<string[][]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as Scope;
    return (await registration.getNotifications()).map(({ tag, title, body }) => [tag, title, body]);
  });
}

/** An action that no page sends. */
function push(worker: Worker, action: object): Promise<void> {
  return worker.evaluate(async (given) => {
    const { source, wake } = globalThis as unknown as Scope;
    source.push(given);
    await wake();
  }, action);
}

/** What the worker shows, clicked by nobody: a browser opens windows for users only, so that it is written down instead. */
function click(worker: Worker, tag: string): Promise<string[]> {
  return worker.evaluate(async (given) => {
    const scope = globalThis as unknown as Scope;
    scope.opened = [];
    scope.clients.openWindow = async (url) => {
      scope.opened.push(url);
      return null;
    };
    const [notification] = await scope.registration.getNotifications({ tag: given });
    const Click = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event }).NotificationEvent;
    dispatchEvent(new Click('notificationclick', { notification }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return scope.opened;
  }, tag);
}

test.beforeEach(({ context }) => context.grantPermissions(['notifications']));

test('what a page recorded is shown when the page is gone, and not while it is there', async ({ page, context, site }) => {
  let answer = (): void => undefined;
  let asked = 0;
  await context.route('**/strategy', async (route) => {
    asked += 1;
    if (asked === 2) await new Promise<void>((resolve) => (answer = resolve));
    await route.fulfill({ body: 'go' }).catch(() => undefined);
  });
  await connect(page, site, { ...OWN, strategy: { type: 'waiting' } });
  await record(page, { steps: 100 });
  await delivered(page, 1);
  const worker = await workerOf(context);
  expect(await shownBy(worker)).toEqual([]);
  await record(page, { steps: 200 });
  await expect.poll(() => asked).toBe(2);
  const other = await context.newPage();
  await page.close();
  answer();
  await expect.poll(() => shownBy(worker)).toMatchObject([[expect.stringMatching(/^nudgeloop:nudgeloop:default:./), 'Nudge 1', 'Try 200 steps']]);
  // The nudge waits for a page all the same; acknowledged there, its notification is closed.
  await connect(other, site, OWN);
  await delivered(other, 2);
  expect(await other.evaluate(async () => window.client.acknowledge(await window.client.nudges()))).toBe(2);
  await expect.poll(() => shownBy(worker)).toEqual([]);
});

test('a click shows the page of the nudge, and no other place, whatever a script wrote into it', async ({ page, context, site }) => {
  await connect(page, site, OWN);
  await page.evaluate(() => window.client.ready);
  const worker = await workerOf(context);
  const other = await context.newPage();
  await page.close();
  await push(worker, { steps: 100 });
  const [[tag = ''] = []] = await shownBy(worker);
  expect(await click(worker, tag)).toEqual([`${site.url}/?nudge=0`]);
  expect(await shownBy(worker)).toEqual([]);

  const forge = (forged: string, data: unknown) =>
    worker.evaluate(([tag, data]) => (globalThis as unknown as Scope).registration.showNotification('forged', { tag: tag as string, data }), [forged, data]);
  for (const url of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', 'data:text/html,x', `blob:${site.url}/x`, site.url.replace('//', '//user:pass@')]) {
    await forge(tag, { nudgeloop: { seq: 0, url } });
    expect(await click(worker, tag)).toEqual([]);
    expect(await shownBy(worker)).toEqual([]);
  }
  expect(await worker.evaluate(() => (globalThis as unknown as Scope).logged)).toEqual(Array.from({ length: 6 }, () => 'notification.refused target'));

  await forge('the-apps-own', { url: '/app' });
  expect(await click(worker, 'the-apps-own')).toEqual([]);
  expect(await shownBy(worker)).toEqual([['the-apps-own', 'forged', '']]);
  await other.close();
});

test('erasing a loop closes its notifications, and says how many', async ({ page, context, site }) => {
  await connect(page, site, OWN);
  await page.evaluate(() => window.client.ready);
  const worker = await workerOf(context);
  const other = await context.newPage();
  await page.close();
  await push(worker, { steps: 100 });
  await push(worker, { steps: 200 });
  await worker.evaluate(() => (globalThis as unknown as Scope).registration.showNotification('mine', { tag: 'the-apps-own' }));
  expect(await shownBy(worker)).toHaveLength(3);
  await connect(other, site, OWN);
  await other.evaluate(() => window.client.ready);
  expect(await other.evaluate(() => window.client.erase())).toMatchObject({ nudges: 2, notifications: 2 });
  expect(await shownBy(worker)).toEqual([['the-apps-own', 'mine', '']]);
});
