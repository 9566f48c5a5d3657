import { readFile } from 'node:fs/promises';
import { SITE } from '../kit/build-site.ts';
import type { Client } from '../kit/client.ts';
import { must, mustBeAnswered } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import type { Answer } from '../kit/site-server.ts';
import { until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const SCRIPT = '/nudgeloop/service-worker.js';

/** A name that is this machine, and no secure context. */
const INSECURE = 'insecure.test';

/** Why there is no worker: how the server brings it about, and how the client is to call it; in Firefox, which tells less. */
async function causes(): Promise<readonly (readonly [name: string, answer: Answer, reason: string, inFirefox?: string])[]> {
  const script = await readFile(`${SITE}${SCRIPT}`, 'utf8');
  return [
    ['not found', { status: 404, body: 'not found' }, 'http-error', 'network'],
    ['server error', { status: 500, body: 'error' }, 'http-error', 'network'],
    ['another type', { headers: { 'content-type': 'text/plain' } }, 'mime-type', 'refused'],
    ['a page instead', { body: '<!doctype html>', headers: { 'content-type': 'text/html' } }, 'mime-type', 'refused'],
    ['throws', { body: `throw new Error('thrown'); ${script}` }, 'script-error'],
    ['no script', { body: 'this is no script' }, 'script-error'],
    ['install rejects', { body: `${script}; self.addEventListener('install', (event) => event.waitUntil(Promise.reject(new Error('refused'))));` }, 'install-failed'],
    ['cut off', { isCut: true }, 'network'],
  ];
}

/** Who hosts the loop of a client, and why if it is the page. */
function hostOf({ tab }: Client): Promise<{ host: string | null; reason: string | null; durable: boolean | null }> {
  return tab.evaluate(() => {
    const { host, fallbackReason, durable } = window.client.state();
    return { host, reason: fallbackReason, durable };
  });
}

async function expectHost(client: Client, host: string, reason: string | null, what: string): Promise<void> {
  const seen = await hostOf(client);
  if (seen.host !== host || seen.reason !== reason || seen.durable !== true) {
    throw new Error(`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify({ host, reason, durable: true })}`);
  }
}

/** On its own origin, which has another database: what is recorded must be there after a reload. */
async function goInsecure(session: Session): Promise<void> {
  const origin = session.server.origin.replace('localhost', INSECURE);
  const tab = await session.browser.open(`${origin}/`);
  const record = async (): Promise<{ isSecure: boolean; reason: string | null; durable: boolean; steps: unknown[] }> => {
    window.kit.connect({ goalState: { steps: 10_000 } });
    for (let steps = 1; steps <= 3; steps += 1) await window.client.record({ steps });
    const { reason, durable } = { reason: window.client.state().fallbackReason, durable: window.client.state().durable === true };
    const entries = await window.client.history();
    return { isSecure: window.isSecureContext, reason, durable, steps: entries.map(({ action }) => action['steps']) };
  };
  const first = await tab.evaluate(record);
  await tab.reload();
  const second = await tab.evaluate(record);
  await tab.close();
  if (first.isSecure) throw new Error('the context is secure');
  const seen = JSON.stringify([first.reason, first.durable, first.steps, second.reason, second.durable, second.steps]);
  if (seen !== JSON.stringify(['insecure', true, [1, 2, 3], 'insecure', true, [1, 2, 3, 1, 2, 3]])) throw new Error(`insecure: ${seen}`);
}

/** Actions of each of two insecure tabs. */
const EACH = 15;

/** Two tabs without locks, which work off what is pending at the same time: only the fence keeps an effect single there. */
async function goInsecureTogether(session: Session): Promise<void> {
  const origin = session.server.origin.replace('localhost', INSECURE);
  const tabs = [await session.browser.open(`${origin}/`), await session.browser.open(`${origin}/`)];
  const work = async (first: number, count: number): Promise<boolean> => {
    window.kit.connect({ loop: 'together', goalState: { steps: 10_000 }, strategy: { type: 'held' }, pollInterval: 1_000 });
    await window.client.ready;
    const hasLocks = 'locks' in navigator;
    const receipts = await Promise.all(Array.from({ length: count }, (_none, index) => window.client.record({ steps: 1, n: first + index })));
    await window.client.poke();
    return !hasLocks && receipts.every(({ durable, duplicate }) => durable && !duplicate);
  };
  const isRight = await Promise.all(tabs.map((tab, index) => tab.evaluate(work, 1 + index * EACH, EACH)));
  must(isRight.every(Boolean), `insecure tabs at once: ${JSON.stringify(isRight)}`);
  const all = Array.from({ length: 2 * EACH }, (_none, index) => index + 1).join();
  const seen = (): Promise<{ history: string; nudges: string; pending: number }> =>
    tabs[0]!.evaluate(async () => {
      const sorted = (ns: readonly unknown[]): string => (ns as number[]).sort((a, b) => a - b).join();
      const { loop } = await window.client.inspect();
      const nudges = await window.client.nudges();
      return {
        history: sorted((await window.client.history()).map(({ action }) => action['n'])),
        nudges: sorted(nudges.filter(({ cause }) => cause === 'actions').flatMap(({ suggestions }) => suggestions.map((suggestion) => suggestion['n']))),
        pending: loop.pending.count,
      };
    });
  let found = await seen();
  await until(20_000, async () => ((found = await seen()), found.pending === 0), 200);
  for (const tab of tabs) await tab.close();
  must(found.pending === 0 && found.history === all && found.nudges === all, `two insecure tabs at once: ${JSON.stringify(found)}`);
}

/** Pages for which there is no worker, and then there is one. */
export const rows: readonly Row[] = [
  {
    row: 27,
    fault: 'the worker script is missing, broken or refused',
    promise: 'The page hosts the loop with the same promise, until there is a worker',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'C10'],
    launch: { args: [`--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`], prefs: { 'network.dns.localDomains': INSECURE } },
    async run(session) {
      const { server } = session;
      for (const [name, answer, reason, inFirefox = reason] of await causes()) {
        server.swap(SCRIPT, answer);
        const alone = await session.open({ goalState });
        await expectHost(alone, 'page', session.engine.name === 'firefox' ? inFirefox : reason, name);
        mustBeAnswered(...(await Promise.all([alone.record(), alone.record([{}, {}])])));

        server.swap(SCRIPT);
        const served = await session.open({ goalState });
        await expectHost(served, 'service-worker', null, `after "${name}"`);
        // Two hosts of one database, at the same time.
        mustBeAnswered(...(await Promise.all([alone.record(), served.record(), alone.record(), served.record()])));
        const heard = await served.history({ limit: 10_000 });
        mustBeAnswered(heard);
        if ((heard.value as unknown[]).length === 0) throw new Error('the worker sees another database than the page');
        await alone.reload();
        await expectHost(alone, 'service-worker', null, `"${name}", loaded anew`);
        mustBeAnswered(await alone.record());
        // The next cause needs an origin without a worker.
        await served.tab.evaluate(async () => {
          for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
        });
        await alone.close();
        await served.close();
      }
      await goInsecure(session);
      await goInsecureTogether(session);
    },
  },
];
