import assert from 'node:assert/strict';
import { eventually } from '../kit/app.ts';
import { passed, untested } from '../kit/outcome.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };
/** The app's own worker, in whose scope the page is: it controls the page, or not. */
const COMPOSED = { serviceWorker: { url: '/composed-worker.js', scope: '/' }, goalState };

/** Scripts and the worker, and the page's own few lines; nothing else, which is told to the server. */
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; worker-src 'self'; img-src data:; report-uri /csp-report";

/** How a page comes to the loop, and comes back to it. */
export const visits: readonly Scenario[] = [
  {
    title: 'A first visit records an action and gets a nudge, without a reload and without a worker that controls the page',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      const receipt = await app.tab.evaluate(async () => {
        const { loop, count, durable, duplicate } = await window.client.record({ steps: 4_200 });
        return { loop, count, durable, duplicate };
      });
      assert.deepEqual(receipt, { loop: 'default', count: 1, durable: true, duplicate: false });
      await app.delivered(1);
      const seen = await app.tab.evaluate(async () => {
        const { phase, host, durable, fallbackReason, unacknowledged } = window.client.state();
        return {
          state: { phase, host, durable, fallbackReason },
          waiting: unacknowledged.map(({ cause, goalState: goal }) => ({ cause, goal })),
          steps: (await window.client.nudges())[0]?.suggestions[0]?.['steps'],
          isControlled: navigator.serviceWorker.controller !== null,
          scopes: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname),
        };
      });
      assert.deepEqual(seen, {
        state: { phase: 'ready', host: 'service-worker', durable: true, fallbackReason: null },
        waiting: [{ cause: 'actions', goal: goalState }],
        steps: 5_000,
        isControlled: false,
        scopes: ['/nudgeloop/'],
      });
    },
  },
  {
    title: 'An app\'s own worker serves the page before it controls it, and after the next load, when it does',
    part: 'scenario',
    async run(room) {
      const app = await room.open(COMPOSED);
      const controller = (): Promise<string | null> => app.tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? null);
      await app.record(1);
      assert.equal(await controller(), null);
      await app.tab.reload();
      await app.connect(COMPOSED);
      await app.record(2);
      assert.equal(await controller(), `${room.server.origin}/composed-worker.js`);
      assert.deepEqual(await app.steps(), [1, 2]);
      await app.delivered(2);
    },
  },
  {
    title: 'A page connects again after a hard reload, which bypasses the worker',
    part: 'scenario',
    async run(room) {
      // The ready-made worker, which never controls the page.
      const app = await room.open({ goalState });
      await app.record(1);
      if (app.tab.hardReload === undefined) return untested('WebDriver has no hard reload');
      await app.tab.hardReload();
      await app.connect({ goalState });
      await app.record(2);
      assert.deepEqual(await app.steps(), [1, 2]);
      // The app's own, which does.
      await app.tab.reload();
      await app.connect(COMPOSED);
      await app.record(3);
      await app.tab.reload();
      assert.equal(await app.tab.evaluate(() => navigator.serviceWorker.controller !== null), true);
      await app.tab.hardReload();
      await app.connect(COMPOSED);
      await app.record(4);
      assert.equal(await app.tab.evaluate(() => navigator.serviceWorker.controller), null);
      assert.deepEqual(await app.steps(), [1, 2, 3, 4]);
      return passed;
    },
  },
  {
    title: 'Everything keeps working while the server is stopped',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      await app.record(1);
      await room.server.stop();
      await app.record(2);
      await room.browser.stopWorkers?.();
      await app.record(3);
      await app.delivered(3);
      assert.deepEqual(await app.steps(), [1, 2, 3]);
    },
  },
  {
    title: 'While the server is stopped, a composed worker still answers the app\'s own requests and messages, and the loop works beside them',
    part: 'scenario',
    async run(room) {
      const app = await room.open(COMPOSED);
      assert.deepEqual(await app.record(1), [true]);
      await app.delivered(1);
      const { host, copied } = await app.tab.evaluate(async () => (await window.client.inspect()).host);
      assert.deepEqual({ host, copied }, { host: 'service-worker', copied: true });
      // Before it controls the page, too.
      assert.equal(await app.ask('ping'), 'pong');
      await app.tab.reload();
      await app.connect(COMPOSED);
      await app.host();
      await room.server.stop();
      assert.equal(await app.tab.evaluate(async () => (await fetch('/from-the-worker')).text()), 'the app');
      assert.equal(await app.ask('ping'), 'pong');
      await app.record(2);
      await app.delivered(2);
      assert.deepEqual(await app.steps(), [1, 2]);
    },
  },
  {
    title: 'Under a policy that allows no connection at all, a first visit gets its nudge',
    part: 'scenario',
    async run(room) {
      room.server.headers = { ...room.server.headers, 'content-security-policy': POLICY };
      const app = await room.open({ goalState });
      await app.record(1);
      await app.delivered(1);
      assert.equal(await app.host(), 'service-worker');
      // Nothing but the page and its scripts was asked for, and no breach of the policy was reported.
      const asked = room.server.requests.map(({ method, url }) => `${method} ${url}`);
      assert.deepEqual(asked.filter((each) => !/^GET \/(?:[\w/-]+\.js)?$/.test(each)), []);
    },
  },
  {
    title: 'Without the worker\'s script the page hosts the loop; once the script is there, the worker continues where the page was',
    part: 'scenario',
    async run(room) {
      room.server.swap('/nudgeloop/service-worker.js', { status: 404 });
      const app = await room.open({ goalState });
      const other = await room.open();
      assert.deepEqual([await app.host(), await other.host()], ['page', 'page']);
      assert.deepEqual(await app.record(1), [true]);
      assert.deepEqual(await other.delivered(1), await app.delivered(1));
      const { fallbackReason, warnings } = await app.tab.evaluate(() => ({
        fallbackReason: window.client.state().fallbackReason,
        warnings: window.logged.filter(({ level }) => level === 'warn').map(({ code, fields }) => ({ code, reason: fields?.['reason'], advice: fields?.['advice'] })),
      }));
      // The others can't tell a missing script from a missing network.
      assert.ok(fallbackReason === 'http-error' || (room.engine.name !== 'chromium' && fallbackReason === 'network'), String(fallbackReason));
      assert.deepEqual(warnings.map(({ code, reason }) => ({ code, reason })), [{ code: 'worker.fallback', reason: fallbackReason }]);
      assert.match(String(warnings[0]?.advice), /the server does not have the script/);
      assert.equal(await other.acknowledge(), 1);
      await eventually(() => app.told(), ['acknowledged 0']);
      assert.deepEqual(await app.tab.evaluate(() => window.client.state().unacknowledged), []);
      room.server.swap('/nudgeloop/service-worker.js');
      await app.tab.reload();
      await app.connect();
      assert.equal(await app.host(), 'service-worker');
      await app.record(2);
      assert.deepEqual(await app.steps(), [1, 2]);
    },
  },
  {
    title: 'A page catches up when the user comes back to it from another one',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      const other = await room.open({ goalState });
      await Promise.all([app.host(), other.host()]);
      await app.tab.goto(`${room.server.origin}/elsewhere`);
      await other.record(1);
      await app.tab.back();
      await eventually(() => app.tab.evaluate(() => location.pathname), '/');
      // Loaded anew where the browser did not keep it.
      if (!(await app.tab.evaluate(() => 'client' in window))) await app.connect();
      assert.deepEqual(await app.delivered(1), await other.delivered(1));
      await app.record(2);
      await other.delivered(2);
    },
  },
];
