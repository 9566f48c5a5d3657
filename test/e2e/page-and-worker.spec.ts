import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SITE } from './build-site.ts';
import { connect, delivered, expect, reconnect, record, stepsIn, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };

declare global {
  interface Window {
    /** Calls that are under way, and whether the worker was stopped meanwhile. */
    round: Promise<{ readonly count: number; readonly wasStopped: boolean }>;
  }
}

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
