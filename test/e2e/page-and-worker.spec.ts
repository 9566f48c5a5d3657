import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { SITE } from './build-site.ts';
import { connect, delivered, expect, reconnect, record, stepsIn, stopWorkers, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };

declare global {
  interface Window {
    /** Calls that are under way, and whether the worker was stopped meanwhile. */
    round: Promise<{ readonly count: number; readonly wasStopped: boolean }>;
  }
}

test('a first visit records and gets a nudge, without a reload and without control', async ({ page, site }) => {
  await connect(page, site, GOAL);
  const [receipt] = await record(page, { steps: 4_000 });
  expect(receipt).toMatchObject({ loop: 'default', count: 1, durable: true, duplicate: false });
  await delivered(page, 1);
  const { state, isControlled, scopes } = await page.evaluate(async () => ({
    state: window.client.state(),
    isControlled: navigator.serviceWorker.controller !== null,
    scopes: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname),
  }));
  expect(state).toMatchObject({ phase: 'ready', host: 'service-worker', durable: true, fallbackReason: null });
  expect(state.unacknowledged).toMatchObject([{ cause: 'actions', goalState: { steps: 10_000 } }]);
  expect(isControlled).toBe(false);
  expect(scopes).toEqual(['/nudgeloop/']);
});

test('a hard reload connects again', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  const session = await page.context().newCDPSession(page);
  await Promise.all([page.waitForEvent('load'), session.send('Page.reload', { ignoreCache: true })]);
  await reconnect(page);
  await record(page, { steps: 2 });
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('with the server stopped everything goes on', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  await site.stop();
  await record(page, { steps: 2 });
  await stopWorkers(page);
  await record(page, { steps: 3 });
  await delivered(page, 3);
  expect(await stepsIn(page)).toEqual([1, 2, 3]);
});

test('a page finds its worker though the script is gone from the server', async ({ page, site }) => {
  const own = { serviceWorker: { url: '/own-worker.js', scope: '/own/' }, fallback: false };
  await cp(join(SITE, 'nudgeloop/service-worker.js'), join(site.overlay, 'own-worker.js'));
  await connect(page, site, own);
  await record(page, { steps: 1 });
  await rm(join(site.overlay, 'own-worker.js'));
  await page.reload();
  await reconnect(page, own);
  await record(page, { steps: 2 });
  expect(await page.evaluate(async () => (await fetch('/own-worker.js')).status)).toBe(404);
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('a second visit does not wait until the browser has registered the worker again', async ({ page, site }) => {
  await connect(page, site, { fallback: false });
  await record(page, { steps: 1 });
  // As long as a look for updates is on, which may be seconds or, with a server that does not answer, for good.
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => new Promise(() => undefined);
  });
  await page.reload();
  await reconnect(page, { fallback: false, deadline: 3_000 });
  await record(page, { steps: 2 });
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('each database has a worker of its own, from the one ready-made script', async ({ page, site }) => {
  await connect(page, site, { ...GOAL, database: 'user a/1', fallback: false });
  await record(page, { steps: 1 });
  const seen = await page.evaluate(async () => {
    const other = window.connect({ database: 'user-b', fallback: false });
    await other.record({ steps: 2 });
    const registrations = await navigator.serviceWorker.getRegistrations();
    return {
      history: (await other.history()).length,
      scopes: registrations.map(({ scope }) => new URL(scope).pathname).sort(),
      databases: (await indexedDB.databases()).map(({ name = '' }) => name).sort(),
    };
  });
  expect(seen).toEqual({
    history: 1,
    scopes: ['/nudgeloop/db-user-b/', '/nudgeloop/db-user~20a~2F1/'],
    databases: ['user a/1', 'user-b'],
  });
});

test('a worker that was stopped between two calls is woken by the next', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  const boot = await page.evaluate(async () => (await window.client.inspect()).host.boot);
  await stopWorkers(page);
  await record(page, { steps: 2 });
  expect(await page.evaluate(async () => (await window.client.inspect()).host.boot)).not.toBe(boot);
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('a worker that is stopped during calls loses none and doubles none', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await page.evaluate(() => window.client.ready);
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  const calls = 25;
  let done = 0;
  // All of a round are sent at once. Where the last of them is answered by another worker than the first, the one was stopped with the rest under way.
  for (let hits = 0, rounds = 0; hits < 4; rounds += 1) {
    expect(rounds, 'rounds, of which too few hit the worker in the middle of its calls').toBeLessThan(36);
    await page.evaluate(
      ([first, count]) => {
        const boot = async (): Promise<string> => (await window.client.inspect()).host.boot;
        const before = boot();
        const receipts = Array.from({ length: count! }, (_none, index) => window.client.record({ steps: first! + index }));
        const after = boot();
        window.round = Promise.all([before, after, ...receipts]).then(([one, other, ...all]) => ({ count: all.length, wasStopped: one !== other }));
        return before;
      },
      [done, calls],
    );
    await session.send('ServiceWorker.stopAllWorkers');
    const { count, wasStopped } = await page.evaluate(() => window.round);
    expect(count).toBe(calls);
    done += calls;
    if (wasStopped) hits += 1;
  }
  expect(await stepsIn(page)).toEqual(Array.from({ length: done }, (_none, index) => index));
  const ids = await delivered(page, done);
  expect(new Set(ids).size).toBe(done);
});

test('a nudge of before the page was closed comes when it is opened again', async ({ page, context, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  const [id] = await delivered(page, 1);
  await page.close();
  const later = await context.newPage();
  await connect(later, site);
  expect(await delivered(later, 1)).toEqual([id]);
  expect(await later.evaluate(async () => window.client.acknowledge(await window.client.nudges()))).toBe(1);
  await later.reload();
  await reconnect(later);
  expect(await later.evaluate(() => window.client.nudges())).toEqual([]);
  expect(await later.evaluate(() => window.delivered)).toEqual([]);
});

test('two tabs: both see a nudge, and acknowledged in one it is gone in the other', async ({ page, context, site }) => {
  const other = await context.newPage();
  await connect(page, site, GOAL);
  await connect(other, site);
  await other.evaluate(() => window.client.ready);
  await record(page, { steps: 1 });
  expect(await delivered(other, 1)).toEqual(await delivered(page, 1));
  expect(await other.evaluate(async () => window.client.acknowledge(await window.client.nudges()))).toBe(1);
  await expect.poll(() => page.evaluate(() => window.told)).toEqual(['acknowledged 0']);
  expect(await page.evaluate(() => window.client.state().unacknowledged)).toEqual([]);
  expect(await page.evaluate(() => window.client.nudges())).toEqual([]);
});

test('another goal brings a nudge, an equal one does not', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 4_000 });
  await delivered(page, 1);
  const changes = await page.evaluate(async () => [
    await window.client.setGoalState({ steps: 12_000 }),
    await window.client.setGoalState({ steps: 12_000 }),
  ]);
  expect(changes).toEqual([{ changed: true }, { changed: false }]);
  await delivered(page, 2);
  expect((await page.evaluate(() => window.client.nudges())).map(({ cause }) => cause)).toEqual(['actions', 'goal']);
});

test('named loops share a worker and nothing else', async ({ page, site }) => {
  await connect(page, site, GOAL);
  const seen = await page.evaluate(async () => {
    const quiz = window.client.loop('quiz', { goalState: { mastery: 1 }, retentionLimit: 1 });
    const heard: string[] = [];
    quiz.on('nudge', ({ loop }) => heard.push(loop));
    await quiz.record([{ mastery: 0.2 }, { mastery: 0.4 }]);
    await window.client.record({ steps: 1 });
    return { heard, quiz: (await quiz.history()).length, main: (await window.client.history()).length };
  });
  expect(seen).toEqual({ heard: ['quiz'], quiz: 1, main: 1 });
  await delivered(page, 1);
});

test('retention keeps the newest so many, in the database itself', async ({ page, site }) => {
  await connect(page, site, { retentionLimit: 3 });
  await record(page, ...[1, 2, 3, 4, 5].map((steps) => ({ steps })));
  expect(await rawSteps(page)).toEqual([3, 4, 5]);
});

test('retention drops what is too old, in the database itself', async ({ page, site }) => {
  await connect(page, site, { retentionWindow: { days: 1 } });
  const day = 86_400_000;
  const now = Date.now();
  await record(page, { steps: 1, timestamp: now - 3 * day }, { steps: 2, timestamp: now - 2 * day }, { steps: 3, timestamp: now });
  expect(await rawSteps(page)).toEqual([3]);
});

test('erase leaves no row, and tells the other tab', async ({ page, context, site }) => {
  const other = await context.newPage();
  await connect(page, site, GOAL);
  await connect(other, site);
  await other.evaluate(() => window.client.ready);
  await record(page, { steps: 1 });
  const receipt = await page.evaluate(() => window.client.erase({ all: true }));
  expect(receipt).toMatchObject({ loops: ['default'], actions: 1, nudges: 1 });
  await expect.poll(() => other.evaluate(() => window.told)).toContain('erased null');
  for (const store of ['documents', 'history', 'pending', 'outbox', 'dead']) {
    expect(await page.evaluate((name) => window.readStore(name), store)).toEqual([]);
  }
  expect(await page.evaluate(() => window.told)).not.toContain('epoch.reset');
});

test('a database that was destroyed is announced, and recording goes on in the new one', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('nudgeloop').addEventListener('success', resolve);
      }),
  );
  const [receipt] = await record(page, { steps: 2 });
  expect(receipt).toMatchObject({ durable: true, duplicate: false });
  expect(await page.evaluate(() => window.told)).toEqual(['epoch.reset']);
  expect(await stepsIn(page)).toEqual([2]);
});

test('site data that was cleared under the page: the worker is registered again', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: site.url, storageTypes: 'all' });
  const [receipt] = await record(page, { steps: 2 });
  expect(receipt).toMatchObject({ durable: true });
  expect(await page.evaluate(() => window.told)).toEqual(['epoch.reset']);
  expect(await stepsIn(page)).toEqual([2]);
  expect(await page.evaluate(() => window.client.state().host)).toBe('service-worker');
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.state))).toEqual(['activated']);
});

test('a new version of the ready-made worker takes over by itself, and calls go on', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  const script = await readFile(join(SITE, 'nudgeloop/service-worker.js'), 'utf8');
  await mkdir(join(site.overlay, 'nudgeloop'));
  await writeFile(join(site.overlay, 'nudgeloop/service-worker.js'), `${script}\nself.isNewer = true;`);
  // The next visit looks for a newer script; nothing else does, since nothing is navigated inside the worker's scope.
  await page.reload();
  await reconnect(page);
  await record(page, { steps: 2 });
  await expect
    .poll(async () => {
      await record(page, { steps: 3 });
      const workers = page.context().serviceWorkers();
      return Promise.all(workers.map((worker) => worker.evaluate(() => 'isNewer' in self).catch(() => false)));
    })
    .toContain(true);
  expect(await page.evaluate(() => window.told)).toEqual([]);
});

async function rawSteps(page: Page): Promise<unknown[]> {
  const segments = (await page.evaluate(() => window.readStore('history'))) as { values: { steps: number }[] }[];
  return segments.flatMap(({ values }) => values.map(({ steps }) => steps));
}
