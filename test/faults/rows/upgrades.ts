import { readFile } from 'node:fs/promises';
import { putDatabase, readDatabase, type StoredDatabase } from '../../stored-versions/stored-database.ts';
import type { ChromiumTab } from '../engines/engine.ts';
import type { Client } from '../kit/client.ts';
import { leaveOut, must, workedOff } from '../kit/look.ts';
import { mustBeWhole, newerDatabase } from '../kit/newer-database.ts';
import { faultOptions } from '../kit/options.ts';
import { pastTheEnd } from '../kit/past-the-end.ts';
import { sendRaw } from '../kit/raw.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';
import { buildPage, buildWorker, updateWorker } from '../kit/worker-versions.ts';

const goalState = { steps: 10_000 };
const DATABASE = 'nudgeloop';
const OWN = '/app-worker.js';
/** The present release's worker. */
const own = { goalState, serviceWorker: { url: OWN, scope: '/app/' }, strategy: { type: 'good' }, pollInterval: 3_600_000 } as const;
/** The present release in a page that hosts the loop itself, and so has the database open. */
const inPage = { goalState, serviceWorker: false, pollInterval: 3_600_000 } as const;

// Without C5: what two hosts record at once has no order.
const judge = ['C1', 'C2', 'C3', 'C4', 'C9', 'C10'] as const;

declare global {
  interface Window {
    /** A connection of an old build, which does not let go when others want to upgrade. */
    stubborn: IDBDatabase;
  }
}

const versionOf = ({ tab }: Client): Promise<number> =>
  tab.evaluate(async (name) => (await indexedDB.databases()).find((known) => known.name === name)?.version ?? 0, DATABASE);

/** Replaces the worker by the next release, whose first act is to upgrade the database. */
async function release(session: Session, client: Client): Promise<void> {
  session.server.swap(OWN, { file: await buildWorker('newer-database', newerDatabase) });
  await updateWorker(session, client, OWN);
}

/** Waits until a call that was refused is taken, and gives the codes of those that were not. */
async function recordAgain(client: Client, ms: number): Promise<Set<string>> {
  const codes = new Set<string>();
  const isTaken = await until(ms, async () => {
    const { type, code } = await client.record();
    if (type !== 'ok') codes.add(code ?? type);
    return type === 'ok';
  }, 100);
  must(isTaken, `nothing is recorded after the upgrade: ${[...codes].join()}`);
  return codes;
}

async function upgradeAgainstOldTab(session: Session): Promise<void> {
  session.finalOptions = own;
  const client = await session.open(own);
  // So many that they get rows of their own.
  for (let n = 0; n < 5; n += 1) await client.record(Array.from({ length: 40 }, () => ({})));
  const old = await session.openTab();
  await old.tab.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.addEventListener('success', () => {
          window.stubborn = opening.result;
          resolve();
        });
        opening.addEventListener('error', () => reject(new Error('not opened')));
      }),
    DATABASE,
  );
  await release(session, client);
  for (let round = 0; round < 2; round += 1) {
    const ends = await Promise.all([client.record(), client.history(), client.setGoalState({ steps: 9_000 + round }), client.poke()]);
    const codes = new Set(ends.map(({ type, code }) => code ?? type));
    must(codes.size === 1 && codes.has('storage.blocked'), `while an old tab blocks the upgrade, calls end with ${[...codes].join()}`);
  }
  // The old tab must not notice anything.
  const found = await old.tab.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const transaction = window.stubborn.transaction(['history', 'documents'], 'readwrite');
        transaction.objectStore('documents').put({ loop: 'of-the-old-tab', key: 'k', at: 0, value: 1 });
        const counting = transaction.objectStore('history').count();
        transaction.addEventListener('complete', () => resolve(counting.result));
        transaction.addEventListener('abort', () => reject(new Error('the old tab can write no more')));
      }),
  );
  must(found === 5, `the old tab finds ${found} of 5 rows`);
  await old.tab.evaluate(() => window.stubborn.close());
  await recordAgain(client, 10_000);
  must((await versionOf(client)) === 2, 'the database was not upgraded once nobody blocked it');
  // A page of the older build finds a database that it can't know, and says so.
  const late = await session.openTab();
  await late.connect(inPage);
  const { code } = await late.record();
  must(code === 'storage.newer', `an older build records into a newer database with ${code ?? 'ok'}`);
}

/** A page that sleeps hears nobody ask it to let go. Its next release is a page too: no worker starts beside a frozen page. */
async function upgradeAgainstFrozenTab(session: Session): Promise<void> {
  const path = await buildPage('page-with-newer-database', newerDatabase, session.server);
  const frozen = await session.open(inPage);
  for (let n = 0; n < 3; n += 1) await frozen.record();
  const client = await session.openTab(path);
  const { send } = frozen.tab as ChromiumTab;
  await send('Page.setWebLifecycleState', { state: 'frozen' });
  const { type, code } = await client.connect(inPage);
  session.note('against a frozen tab', code ?? type);
  // Not storage.blocked: the browser says so only when all that have the database open were asked, and a frozen page is not.
  must(code === 'storage.failed', `a frozen tab blocks the upgrade, and to connect ends with ${code ?? type}`);
  await send('Page.setWebLifecycleState', { state: 'active' });
  await recordAgain(client, 10_000);
  must((await versionOf(client)) === 2, 'the database was not upgraded');
  const late = await frozen.record();
  must(late.code === 'storage.newer', `the page that was frozen records into the newer database with ${late.code ?? late.type}`);
  // The last look is taken with the present build, which can't read it any more.
  session.finalPath = path;
}

/** Leaves the page for another of the site, with the way back open. */
const leave = (session: Session, { tab }: Client): Promise<void> => tab.goto(`${session.server.origin}/?elsewhere`);

/** Goes back, and tells whether the page came out of the browser's memory as it was left. */
async function comeBack({ tab }: Client): Promise<boolean> {
  await tab.back();
  must(await until(5_000, () => tab.evaluate(() => 'kit' in window)), 'the page did not come back');
  return tab.evaluate(() => 'client' in window);
}

/** A page that the browser keeps in memory. The upgrade may throw it out there, since nobody in it can let go of the database. */
async function upgradeAgainstCachedTab(session: Session): Promise<void> {
  session.finalOptions = own;
  // Nothing that must not be stored is ever kept, as the site's pages are otherwise.
  session.server.headersOf.set('/', { 'cache-control': 'no-cache' });
  const client = await session.open(own);
  const left = await session.open(inPage);
  for (let n = 0; n < 3; n += 1) await Promise.all([client.record(), left.record()]);
  // Whoever waits for a transaction of a page in memory throws it out.
  await workedOff(client, 10_000);
  await sleep(500);
  await leave(session, left);
  if (await comeBack(left)) must((await left.record()).type === 'ok', "out of the browser's memory the page can't record");
  else {
    leaveOut(session, "a page out of the browser's memory", 'the browser keeps none');
    await left.connect(inPage);
  }
  await leave(session, left);
  await release(session, client);
  await recordAgain(client, 12_000);
  must((await versionOf(client)) === 2, 'the database was not upgraded');
  // As it was left, or loaded anew: either way it must find out, and work on no old picture.
  const isKept = await comeBack(left);
  session.note('back after the upgrade', { isKept });
  if (!isKept) await left.connect(inPage);
  const late = await left.record();
  must(late.code === 'storage.newer', `the page that came back records into the newer database with ${late.code ?? late.type}`);
}

/** The worker dies at each point of an upgrade; what is found then is the old version, or the new one, and nothing between. */
async function upgradeAtKillPoints(session: Session): Promise<void> {
  const stored = new URL('../../stored-versions/v1.json', import.meta.url);
  const { database: before } = JSON.parse(await readFile(stored, 'utf8')) as { database: StoredDatabase };
  await buildWorker('upgrading', newerDatabase, { killPoints: true });
  const script = '/upgrading/app-worker.js';
  const options = { ...own, serviceWorker: { url: script, scope: '/upgrading/' }, deadline: 100_000 };
  session.finalOptions = options;
  const client = await session.open(options);
  const putBack = async (): Promise<void> => {
    const remove = (name: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.addEventListener('success', () => resolve());
        deleting.addEventListener('error', () => reject(new Error('not deleted')));
      });
    // The page may wake a worker between the two, to work off what was recorded, and that one makes the database anew.
    const isBack = await until(10_000, async () => {
      await session.stopWorkers();
      await client.tab.evaluate(remove, DATABASE);
      return client.tab.evaluate(putDatabase, DATABASE, before).then(() => true, () => false);
    });
    must(isBack, 'the database of before could not be put back');
  };
  const isPastTheEnd = pastTheEnd();
  /** Of the runs that were cut off; one that ends leaves the new one anyway. */
  const versions = { 1: 0, 2: 0 };
  const step = faultOptions.quick ? 7 : 1;
  for (let point = 1; point < 500; point += step) {
    await putBack();
    await session.arm(client, point, script);
    // Not by the client, which would send it again: the next worker must not come before the look.
    const poked = sendRaw(client, { client: `raw-client-${point}`, order: 1, method: 'inspect', argument: { loop: 'poisoned' } }, { path: script, ms: 10_000 });
    const isReached = await Promise.race([session.killed(point, 10_000), poked.then(() => session.killed(point, 1_000))]);
    if (isReached) await session.killWorkers();
    else await session.arm(client, 0, script);
    const found = await client.tab.evaluate(readDatabase, DATABASE);
    const version = mustBeWhole(found, before, `killed at point ${point}`) as 1 | 2;
    if (isReached) versions[version] += 1;
    const { type, code } = await client.record();
    must(type === 'ok', `after an upgrade that was cut off at point ${point} a call ended with ${code ?? type}`);
    must((await versionOf(client)) === 2, `after an upgrade that was cut off at point ${point} there was no other`);
    if (isPastTheEnd(isReached)) break;
  }
  session.note('versions found', versions);
  must(versions[1] > 1 && versions[2] > 0, `the points were all on one side of the upgrade: ${JSON.stringify(versions)}`);
}

/** The database's next version comes while the present one is in use. */
export const rows: readonly Row[] = [
  {
    row: 21,
    fault: 'an old tab ignores that the database is to be upgraded',
    promise: 'Calls say storage.blocked, the old tab is unharmed, and all goes on once it is closed',
    judge,
    quick: true,
    run: upgradeAgainstOldTab,
  },
  {
    row: 22,
    fault: 'the database is upgraded while a page that uses it is frozen',
    promise: 'The upgrade comes once the page wakes at the latest, and the old page says storage.newer',
    judge,
    notRun: ({ name }) => (name === 'chromium' ? undefined : 'only Chromium can be told to freeze a page'),
    run: upgradeAgainstFrozenTab,
  },
  {
    row: 22,
    fault: 'the database is upgraded while a page that used it may come back',
    promise: 'The upgrade comes, and the page that was gone back to says storage.newer',
    judge,
    run: upgradeAgainstCachedTab,
  },
  {
    row: 23,
    fault: 'the worker dies at every point of an upgrade',
    promise: 'The database has the old version or the new one, whole, and the next worker upgrades it',
    // Without C1 to C3: each point begins with a database that a release left.
    judge: ['C4', 'C9', 'C10'],
    isolated: true,
    limit: 400_000,
    run: upgradeAtKillPoints,
  },
];
