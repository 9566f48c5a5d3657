import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { serveSite, type Answer } from '../../faults/kit/site-server.ts';
import { SITE } from '../kit/build-site.ts';
import { eventually, type AppOptions } from '../kit/app.ts';
import { passed, untested } from '../kit/outcome.ts';
import type { Room } from '../kit/room.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };
const PRECACHING = { serviceWorker: { url: '/precaching-worker.js', scope: '/' }, goalState };
const READY_MADE = '/nudgeloop/service-worker.js';
const SANDBOX = { 'content-security-policy': 'sandbox allow-scripts' };

const script = (body: string): Answer => ({ body, headers: { 'content-type': 'text/javascript' } });

/** A mistake with the worker's script, and what its maker is told: browsers give other reasons for the same. */
interface Mistake {
  readonly what: string;
  readonly answer?: Answer;
  readonly options?: AppOptions;
  readonly reasons: readonly string[];
  readonly advice: RegExp;
}

const mistakes: readonly Mistake[] = [
  { what: 'not there', answer: { status: 404 }, reasons: ['http-error', 'network'], advice: /npx nudgeloop init/ },
  {
    what: 'a page in its place',
    answer: { body: '<!doctype html>', headers: { 'content-type': 'text/html' } },
    reasons: ['mime-type', 'refused'],
    advice: /npx nudgeloop init/,
  },
  { what: 'a redirect', answer: { status: 302, headers: { location: '/nudgeloop/worker.classic.js' } }, reasons: ['refused', 'network'], advice: /redirect/ },
  { what: 'a script that throws', answer: script('throw new Error("no");'), reasons: ['script-error', 'network'], advice: /throws/ },
  { what: 'a script that does not parse', answer: script('if ('), reasons: ['script-error', 'network'], advice: /does not parse/ },
  {
    what: 'a script that fails to install',
    answer: script('addEventListener("install", (event) => event.waitUntil(Promise.reject(new Error("no"))));'),
    reasons: ['install-failed'],
    advice: /install event/,
  },
  { what: 'a worker of somebody else', answer: script('addEventListener("message", () => undefined);'), reasons: ['no-answer'], advice: /startWorker\(\)/ },
  { what: 'a scope that is too wide', options: { serviceWorker: { url: READY_MADE, scope: '/' } }, reasons: ['refused'], advice: /Service-Worker-Allowed/ },
  { what: 'another origin', options: { serviceWorker: { url: 'https://cdn.example/nudgeloop/service-worker.js' } }, reasons: ['refused'], advice: /origin/ },
];

/** Makes one mistake on an origin of its own; returns what is wrong with what was told, or nothing. */
async function tellOf(room: Room, { what, answer, options = {}, reasons, advice }: Mistake): Promise<string[]> {
  const server = await serveSite(SITE);
  try {
    if (answer !== undefined) server.swap(READY_MADE, answer);
    const app = await room.openTab(server.origin);
    await app.connect({ ...options, fallback: false, deadline: 3_000 });
    const { code, reason, message } = await app.tab.evaluate(() =>
      window.client.ready.then(
        () => ({ code: 'none', reason: '', message: '' }),
        (error: { code: string; message: string; details: { reason?: string } }) => ({ code: error.code, reason: error.details.reason ?? '', message: error.message }),
      ),
    );
    await app.close();
    const isTold = code === 'worker.unavailable' && reasons.includes(reason) && advice.test(message);
    return isTold ? [] : [`${what}: ${code} ${reason}: ${message}`];
  } finally {
    await server.stop();
  }
}

/** An address of this machine that is not the loop-back one: over http, to every browser an insecure origin. */
function outerAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((each) => each !== undefined && each.family === 'IPv4' && !each.internal)?.address;
}

/** Where the loop runs, and what is said when it can't run there. */
export const hosting: readonly Scenario[] = [
  {
    title: 'If something is wrong with the worker\'s script, a typed error says what, and how to fix it',
    part: 'scenario',
    async run(room) {
      const wrong: string[] = [];
      for (const mistake of mistakes) wrong.push(...(await tellOf(room, mistake)));
      assert.deepEqual(wrong, []);
    },
  },
  {
    title: 'If the policy of the worker\'s script puts it in a sandbox, the loop goes on in the page or in the worker of before, and in the new worker once the policy is gone',
    part: 'scenario',
    async run(room) {
      room.server.headersOf.set(READY_MADE, SANDBOX);
      const app = await room.open({ goalState });
      assert.deepEqual(await app.record(1), [true]);
      // Firefox and WebKit have no sandbox for workers.
      const advice = await app.tab.evaluate(() => window.logged.find(({ code }) => code === 'worker.fallback')?.fields?.['advice'] ?? '');
      if ((await app.host()) === 'page') assert.match(String(advice), /Content-Security-Policy.*allow-same-origin/);
      room.server.headersOf.delete(READY_MADE);
      await app.tab.reload();
      await app.connect({ goalState });
      assert.deepEqual(await app.record(2), [true]);
      assert.equal(await app.host(), 'service-worker');
      // An update has other bytes.
      const next = `${await app.tab.evaluate((url) => fetch(url).then((answer) => answer.text()), READY_MADE)}\n`;
      room.server.swap(READY_MADE, { body: next, headers: { 'content-type': 'text/javascript', ...SANDBOX } });
      await app.tab.evaluate(async () => {
        for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.update().catch(() => undefined);
      });
      assert.deepEqual(await app.record(3), [true]);
      assert.deepEqual(await app.steps(), [1, 2, 3]);
      await app.delivered(3);
    },
  },
  {
    title: 'A registration made by the app is used as it is',
    part: 'scenario',
    async run(room) {
      const app = await room.openTab();
      await app.loaded();
      await app.tab.evaluate(async () => {
        const serviceWorker = await navigator.serviceWorker.register('/composed-worker.js');
        window.connect({ serviceWorker, goalState: { steps: 10_000 } });
      });
      assert.equal(await app.host(), 'service-worker');
      assert.deepEqual(await app.record(1), [true]);
      await app.delivered(1);
      const scopes = await app.tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname));
      assert.deepEqual(scopes, ['/']);
    },
  },
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
      await app.tab.evaluate(async () => {
        for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
      });
      const startedAt = Date.now();
      assert.deepEqual(await app.record(2), [true]);
      assert.ok(Date.now() - startedAt < 9_000, 'the call waited as long as for a worker that is slow');
      assert.deepEqual(await app.tab.evaluate(() => [window.client.state().host, window.client.state().fallbackReason]), ['page', 'unregistered']);
      assert.deepEqual(await app.steps(), [1, 2]);
      await app.delivered(2);
    },
  },
  {
    title: 'With Workbox\'s precaching and another SDK in the same worker, the page opens while the server is stopped, and all three keep working',
    part: 'scenario',
    async run(room) {
      const app = await room.open(PRECACHING);
      await app.record(1);
      await app.delivered(1);
      await room.server.stop();
      await app.tab.reload();
      await app.connect(PRECACHING);
      await app.record(2);
      await app.delivered(2);
      assert.deepEqual(await app.steps(), [1, 2]);
      const answer = await app.tab.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        const heard = new Promise((resolve) => {
          navigator.serviceWorker.addEventListener('message', ({ data }) => data?.nudgeloop === undefined && resolve(data));
        });
        registration.active?.postMessage({ sdk: 'sdk:question' });
        return heard;
      });
      assert.deepEqual(answer, { sdk: 'sdk:answer', got: { sdk: 'sdk:question' } });
    },
  },
  {
    title: 'On an insecure origin, two pages host the loop, say why, and share everything that is stored',
    part: 'scenario',
    async run(room) {
      const address = outerAddress();
      if (address === undefined) return untested('the machine has only the loopback address, which is secure');
      const server = await serveSite(SITE, address);
      try {
        const [app, other] = [await room.openTab(server.origin), await room.openTab(server.origin)];
        await app.connect({ goalState });
        await other.connect();
        assert.deepEqual([await app.host(), await other.host()], ['page', 'page']);
        assert.equal(await app.tab.evaluate(() => window.client.state().fallbackReason), 'insecure');
        for (const step of [1, 2, 3]) {
          assert.deepEqual(await app.record(step), [true]);
          assert.deepEqual(await other.record(10 * step), [true]);
        }
        assert.deepEqual(await other.delivered(6), await app.delivered(6));
        assert.deepEqual(await app.steps(), [1, 10, 2, 20, 3, 30]);
        assert.equal(await other.acknowledge(), 6);
        await eventually(() => app.tab.evaluate(() => window.client.state().unacknowledged.length), 0);
        await app.close();
        await other.close();
        return passed;
      } finally {
        await server.stop();
      }
    },
  },
];
