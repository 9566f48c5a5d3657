import assert from 'node:assert/strict';
import { serveSite } from '../../faults/kit/site-server.ts';
import { gone, READY_MADE, script } from '../kit/answers.ts';
import { SITE } from '../kit/build-site.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };

/**
 * Runs in the page. It finds the registration by registering once more, as WebKitGTK, and Firefox on a busy machine, may not
 * list one whose worker already answers.
 */
async function findRegistration(): Promise<void> {
  Object.assign(window, { found: await navigator.serviceWorker.register('/nudgeloop/service-worker.js') });
}

/** Runs in the page. Afterwards the browser no longer delivers messages to the worker. */
async function unregister(): Promise<void> {
  const { found } = window as unknown as { readonly found: ServiceWorkerRegistration };
  const worker = found.active;
  await found.unregister();
  while (worker?.state !== 'redundant') await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Workers that a page does not wait for any longer, so that it hosts the loop itself. */
export const givenUp: readonly Scenario[] = [
  {
    title: 'If a worker of a release without loops takes over, the page continues by itself, with what was stored and what is under way',
    part: 'scenario',
    async run(room) {
      const composed = { serviceWorker: { url: '/changing.js', scope: '/' }, goalState };
      const serve = (body: string): void => room.server.swap('/changing.js', script(`addEventListener('install', () => skipWaiting());\n${body}`));
      serve("importScripts('/nudgeloop/worker.classic.js'); nudgeloop.startWorker();");
      const app = await room.open(composed);
      await app.record(1);
      serve('// Nudgeloop is gone from it.');
      const durable = await app.tab.evaluate(async () => {
        const registration = (await navigator.serviceWorker.getRegistration('/'))!;
        const before = registration.active;
        await registration.update();
        const recorded = [];
        while (registration.active === before) {
          recorded.push(window.client.record({ steps: 2 }));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        recorded.push(window.client.record({ steps: 3 }));
        return (await Promise.all(recorded)).every((receipt) => receipt.durable);
      });
      assert.ok(durable);
      assert.equal(await app.host(), 'page');
      assert.equal(await app.tab.evaluate(() => window.client.state().fallbackReason), 'no-answer');
      const steps = (await app.steps()) as number[];
      assert.deepEqual([steps[0], steps.at(-1), steps.filter((step) => step !== 2).length], [1, 3, 2]);
      await app.delivered(steps.length);
    },
  },
  {
    title: 'If the new worker waits behind one from before the app had Nudgeloop, the page continues by itself after a few seconds',
    part: 'scenario',
    async run(room) {
      const composed = { serviceWorker: { url: '/changing.js', scope: '/' }, goalState };
      room.server.swap('/changing.js', script('// An app of its own.'));
      const before = await room.openTab();
      await before.tab.evaluate(async () => {
        await navigator.serviceWorker.register('/changing.js');
        await navigator.serviceWorker.ready;
      });
      // Controlled from now on, so that the next worker waits for it.
      await before.tab.reload();
      room.server.swap('/changing.js', script("importScripts('/nudgeloop/worker.classic.js'); nudgeloop.startWorker();"));
      await before.connect(composed);
      assert.deepEqual(await before.record(1), [true]);
      assert.equal(await before.host(), 'page');
      await before.tab.reload();
      const startedAt = Date.now();
      await before.connect(composed);
      assert.deepEqual(await before.record(2), [true]);
      assert.ok(Date.now() - startedAt < 9_000, 'the page waited as long as for a worker that is slow');
      assert.deepEqual(await before.steps(), [1, 2]);
    },
  },
  {
    title: 'If the app\'s own worker fetches the app for long at a first visit, the page hosts the loop after a few seconds, and the worker at the next visit',
    part: 'scenario',
    async run(room) {
      const composed = { serviceWorker: { url: '/slow.js', scope: '/' }, goalState };
      const install = "addEventListener('install', (event) => event.waitUntil(fetch('/whole-app')));";
      room.server.swap('/slow.js', script(`importScripts('/nudgeloop/worker.classic.js'); nudgeloop.startWorker(); ${install}`));
      const wholeApp = room.server.hold('/whole-app');
      const app = await room.openTab();
      const startedAt = Date.now();
      await app.connect(composed);
      assert.deepEqual(await app.record(1), [true]);
      assert.ok(Date.now() - startedAt < 9_000, 'the page waited as long as for the ready-made worker');
      assert.deepEqual(await app.tab.evaluate(() => [window.client.state().host, window.client.state().fallbackReason]), ['page', 'inactive']);
      wholeApp.release();
      await app.tab.evaluate(async () => void (await navigator.serviceWorker.ready));
      await app.tab.reload();
      await app.connect(composed);
      assert.deepEqual(await app.record(2), [true]);
      assert.equal(await app.host(), 'service-worker');
      assert.deepEqual(await app.steps(), [1, 2]);
    },
  },
  {
    title: 'If the registration that the app passed is removed, as with the site\'s data, the page hosts the loop, and an open tab does not wait',
    part: 'scenario',
    async run(room) {
      const app = await room.openTab();
      await app.loaded();
      await app.tab.evaluate((given) => {
        // No page is in its scope, so that it goes at once.
        const serviceWorker = navigator.serviceWorker.register('/nudgeloop/service-worker.js');
        window.connect({ ...given, serviceWorker });
      }, { goalState });
      assert.deepEqual(await app.record(1), [true]);
      assert.equal(await app.host(), 'service-worker');
      await app.tab.evaluate(findRegistration);
      await app.tab.evaluate(unregister);
      const startedAt = Date.now();
      assert.deepEqual(await app.record(2), [true]);
      assert.ok(Date.now() - startedAt < 9_000, 'the call waited as long as for a worker that is slow');
      assert.deepEqual(await app.tab.evaluate(() => [window.client.state().host, window.client.state().fallbackReason]), ['page', 'unregistered']);
      assert.deepEqual(await app.steps(), [1, 2]);
      await app.delivered(2);
    },
  },
  {
    title: 'If the registration that the page made is removed, and its script can\'t be had again (missing, a login page, a redirect, no network), the page hosts the loop, and an open tab does not wait',
    part: 'scenario',
    async run(room) {
      for (const answer of [...Object.values(gone), { isCut: true }]) {
        const server = await serveSite(SITE);
        try {
          const app = await room.openTab(server.origin);
          await app.connect({ goalState });
          assert.deepEqual(await app.record(1), [true]);
          assert.equal(await app.host(), 'service-worker');
          await app.tab.evaluate(findRegistration);
          server.swap(READY_MADE, answer);
          await app.tab.evaluate(unregister);
          const startedAt = Date.now();
          assert.deepEqual(await app.record(2), [true]);
          assert.ok(Date.now() - startedAt < 9_000, 'the call waited as long as for a worker that is slow');
          assert.equal(await app.host(), 'page');
          assert.deepEqual(await app.steps(), [1, 2]);
          await app.delivered(2);
          server.swap(READY_MADE);
          await app.tab.reload();
          await app.connect();
          assert.equal(await app.host(), 'service-worker');
          await app.close();
        } finally {
          await server.stop();
        }
      }
    },
  },
];
