import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { serveSite, type Answer } from '../../faults/kit/site-server.ts';
import { SITE } from '../kit/build-site.ts';
import { gone, READY_MADE, script } from '../kit/answers.ts';
import { eventually, type AppOptions } from '../kit/app.ts';
import { passed, untested } from '../kit/outcome.ts';
import type { Room } from '../kit/room.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };
const PRECACHING = { serviceWorker: { url: '/precaching-worker.js', scope: '/' }, goalState };
const SANDBOX = { 'content-security-policy': 'sandbox allow-scripts' };

/** A mistake with the worker's script, and what its maker is told: browsers give other reasons for the same. */
interface Mistake {
  readonly what: string;
  readonly answer?: Answer;
  readonly options?: AppOptions;
  /** Chromium's first; the others give any of them. */
  readonly reasons: readonly string[];
  readonly advice: RegExp;
}

const mistakes: readonly Mistake[] = [
  { what: 'not there', answer: gone.missing, reasons: ['http-error', 'network'], advice: /npx nudgeloop init/ },
  // No command of ours copies it.
  { what: 'a script of the app\'s own that is not there', options: { serviceWorker: { url: '/nowhere.js' } }, reasons: ['http-error', 'network'], advice: /does not have the script\.$/ },
  {
    what: 'a page in its place',
    answer: gone.aPage,
    reasons: ['mime-type', 'refused'],
    advice: /npx nudgeloop init/,
  },
  { what: 'a redirect', answer: gone.aRedirect, reasons: ['refused', 'network'], advice: /redirect/ },
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
    const expected = room.engine.name === 'chromium' ? reasons.slice(0, 1) : reasons;
    const isTold = code === 'worker.unavailable' && expected.includes(reason) && message.startsWith('No service worker') && advice.test(message);
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
      const { durable, host } = await app.tab.evaluate(async () => {
        const serviceWorker = await navigator.serviceWorker.register('/composed-worker.js');
        const receipt = await window.connect({ serviceWorker, goalState: { steps: 10_000 } }).record({ steps: 1 });
        return { durable: receipt.durable, host: window.client.state().host };
      });
      assert.deepEqual({ durable, host }, { durable: true, host: 'service-worker' });
      await app.delivered(1);
      const scopes = await app.tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname));
      assert.deepEqual(scopes, ['/']);
    },
  },
  {
    title: 'With Workbox\'s precaching and another SDK in the same worker, the page opens while the server is stopped, and all three keep working',
    part: 'scenario',
    async run(room) {
      const app = await room.open(PRECACHING);
      await app.record(1);
      await app.delivered(1);
      const askAll = async (): Promise<void> => {
        assert.equal(await app.ask('ping'), 'pong');
        assert.deepEqual(await app.ask({ sdk: 'sdk:question' }), { sdk: 'sdk:answer', got: { sdk: 'sdk:question' } });
      };
      await askAll();
      // Bundled too, it claims nothing.
      assert.equal(await app.tab.evaluate(() => navigator.serviceWorker.controller), null);
      await room.server.stop();
      await app.tab.reload();
      await app.connect(PRECACHING);
      await app.record(2);
      await app.delivered(2);
      assert.deepEqual(await app.steps(), [1, 2]);
      await askAll();
      const { host, copied } = await app.tab.evaluate(async () => (await window.client.inspect()).host);
      assert.deepEqual({ host, copied }, { host: 'service-worker', copied: false });
      // Workbox's; the product keeps nothing there.
      assert.equal(await app.tab.evaluate(async () => (await caches.keys()).length), 1);
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
