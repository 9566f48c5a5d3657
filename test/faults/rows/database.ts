import type { ChromiumTab } from '../engines/engine.ts';
import type { FirefoxBrowser } from '../engines/firefox.ts';
import type { Client } from '../kit/client.ts';
import { must } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
// Without C5: what was refused with the old epoch is sent again, behind what was recorded meanwhile.
const judge = ['C1', 'C2', 'C3', 'C4', 'C6', 'C8', 'C9', 'C10'] as const;

/** A way to take the database away from under everybody. */
type Destroy = (session: Session, by: Client) => Promise<unknown>;

/** As any script of the origin can. */
const deleteByPage: Destroy = (_session, { tab }) =>
  tab.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase('nudgeloop');
        deleting.addEventListener('success', () => resolve());
        deleting.addEventListener('error', () => reject(new Error('the database was not deleted')));
        setTimeout(() => reject(new Error('the deletion was blocked: somebody kept the database open')), 4_000);
      }),
  );

/** As DevTools do, or a user who clears the site's databases: without asking those who have them open. */
const deleteByBrowser: Destroy = ({ engine, browser, server: { origin } }, { tab }) =>
  engine.name === 'chromium'
    ? (tab as ChromiumTab).send('IndexedDB.deleteDatabase', { securityOrigin: origin, databaseName: 'nudgeloop' })
    : (browser as FirefoxBrowser).chrome(`new Promise((resolve, reject) => {
        const site = Services.scriptSecurityManager.createContentPrincipalFromOrigin(${JSON.stringify(origin)});
        Services.qms.clearStoragesForClient(site, 'idb', 'default').callback = ({ resultCode }) =>
          resultCode === 0 ? resolve() : reject(new Error('refused with ' + resultCode));
      })`);

/** As a server does at a logout. */
const clearSiteData: Destroy = async ({ server }, { tab }) => {
  server.swap('/clear', { body: 'cleared', headers: { 'clear-site-data': '"storage"' } });
  await tab.evaluate(async () => void (await (await fetch('/clear')).text()));
};

/** The life of the database that a client knows. */
const epochOf = ({ tab }: Client): Promise<string | null> => tab.evaluate(() => window.client.state().epoch);

/** Whether a client was told that a life of the database ended. */
const wasTold = ({ history }: Session, { actor }: Client, previous: string | null): boolean =>
  history.events.some((event) => {
    if (event.type !== 'told' || event.op !== 'epoch.reset' || event.actor !== actor) return false;
    return (event.value as { readonly previous?: string }).previous === previous;
  });

/**
 * Takes the database away in the middle of calls, and looks whether all hear of it.
 *
 * @throws Error when the database did not go, when a client does not hear of it, or does not work on
 */
async function destroyUnder(session: Session, clients: readonly Client[], how: string, destroy: Destroy): Promise<void> {
  const [first] = clients;
  if (first === undefined) return;
  for (const client of clients) await client.record();
  const before = await epochOf(first);
  const calls = clients.flatMap((client) => Array.from({ length: 8 }, () => client.record()));
  await destroy(session, first);
  session.note('database destroyed', how);
  calls.push(...clients.map((client) => client.record()));
  await Promise.all(calls);
  for (const client of clients) {
    // The one whose calls were refused learns it by them; the others by the next answer.
    const isBack = await until(15_000, async () => (await client.record()).type === 'ok', 100);
    if (!isBack) throw new Error(`${how}: ${client.actor} can't record any more`);
    await client.pull();
    if ((await epochOf(client)) === before) throw new Error(`${how}: the epoch is the old one, so nothing was destroyed`);
    if (!wasTold(session, client, before)) throw new Error(`${how}: ${client.actor} was not told that the epoch ${before} ended`);
  }
  await assertOldLifeIsOver(session, first, before, how);
}

/** What was acknowledged for a life that is over must not have been taken up by the next: its caller would never know. */
async function assertOldLifeIsOver({ history }: Session, { tab }: Client, epoch: string | null, how: string): Promise<void> {
  const ids = new Map(history.events.filter(({ type }) => type === 'invoke').map(({ call, ids: given }) => [call, given ?? []]));
  const old = history.events
    .filter((event) => event.type === 'ok' && event.op === 'record' && event.epoch === epoch)
    .flatMap(({ call }) => ids.get(call) ?? []);
  const found = await tab.evaluate(async () => (await window.client.history({ limit: 10_000 })).map(({ action }) => action['n']));
  const both = old.filter((n) => found.includes(n));
  if (both.length > 0) throw new Error(`${how}: the actions ${both.join()} were acknowledged in the old epoch and are stored in the new one`);
}

/** Databases that are taken away. */
export const rows: readonly Row[] = [
  {
    row: 19,
    fault: 'the database is deleted while it is open',
    promise: 'A new epoch; every client hears epoch.reset before its next ok, and no old call is reported as done',
    judge,
    quick: true,
    async run(session) {
      const clients = [await session.open({ goalState }), await session.open({ goalState }), await session.open({ goalState, serviceWorker: false })];
      for (let round = 0; round < 4; round += 1) await destroyUnder(session, clients, 'a page deleted it', deleteByPage);
      for (let round = 0; round < 4; round += 1) await destroyUnder(session, clients, 'the browser deleted it', deleteByBrowser);
    },
  },
  {
    row: 20,
    fault: 'site data is cleared',
    promise: 'As for a deleted database; the worker is registered again, and a controller without registration is not trusted',
    judge,
    async run(session) {
      const apart = { goalState };
      // This one controls its page, and in some browsers goes on to after it was cleared away.
      const whole = { goalState, loop: 'whole', serviceWorker: { url: '/app-worker.js', scope: '/' } };
      const clients = [await session.open(apart), await session.open(apart)];
      for (let round = 0; round < 3; round += 1) {
        await destroyUnder(session, clients, 'the server cleared it', clearSiteData);
        await assertRegistered(clients[0]!);
      }
      for (const client of clients) await client.close();

      const controlled = await session.open(whole);
      await controlled.reload();
      if (!(await controlled.tab.evaluate(() => navigator.serviceWorker.controller !== null))) throw new Error('no worker controls the page');
      await destroyUnder(session, [controlled], 'the server cleared it under a controlled page', clearSiteData);
      await assertRegistered(controlled);
    },
  },
];

/** How long it may take until there is a worker again, in milliseconds. */
const REGISTERED_MS = 15_000;

/** Who answers must be a worker again, and one that the browser knows. The page itself may answer meanwhile. */
async function assertRegistered({ tab, actor }: Client): Promise<void> {
  const look = () =>
    tab.evaluate(async () => ({
      host: window.client.state().host,
      states: (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.state ?? 'none'),
    }));
  let seen = await look();
  const isThere = (): boolean => seen.host === 'service-worker' && seen.states.includes('activated');
  await until(REGISTERED_MS, async () => ((seen = await look()), isThere()), 100);
  must(isThere(), `${actor} has no worker again: ${JSON.stringify(seen)}`);
}
