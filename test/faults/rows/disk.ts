import type { Client } from '../kit/client.ts';
import { leaveOut } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { findStoredFiles, type StoredFiles } from '../kit/stored-files.ts';
import { sleep, until } from '../kit/wait.ts';

// No pokes: a worker that one wakes keeps the files open.
const quiet = { goalState: { steps: 10_000 }, pollInterval: 3_600_000 };
const judge = ['C1', 'C2', 'C3', 'C4', 'C5', 'C8', 'C9', 'C10'] as const;

/** How long browsers keep the files open after nobody uses a database any more, in milliseconds. */
const LET_GO_MS = 8_000;

type Damage = Exclude<keyof StoredFiles, 'kind' | 'block' | 'unblock'>;

const damages: readonly Damage[] = ['spoilLog', 'spoilHead'];

const epochOf = ({ tab }: Client): Promise<string | null> => tab.evaluate(() => window.client.state().epoch);

/** Whether a receipt says that the action is on disk; undefined when the call failed. */
const durableOf = ({ type, value }: Awaited<ReturnType<Client['record']>>): boolean | undefined =>
  type === 'ok' ? (value as { readonly durable: boolean }).durable : undefined;

/** The numbers of the actions that a client finds. */
const foundBy = ({ tab }: Client): Promise<number[]> =>
  tab.evaluate(async () => (await window.client.history({ limit: 10_000 })).map(({ action }) => Number(action['n'])));

/** Damages the files while the browser is down, and opens a page after. */
async function damageWhileDown(session: Session, client: Client, damage: Damage): Promise<Client> {
  await client.pull();
  await session.kill();
  const files = await findStoredFiles(session.engine.name, session.profile, session.random);
  await files[damage]();
  session.note('damaged', { damage, kind: files.kind });
  await session.relaunch();
  return session.open(quiet);
}

/** Damages the files under an open page, at a time when the browser has let go of them. */
async function damageUnder(session: Session, damage: Damage): Promise<void> {
  const files = await findStoredFiles(session.engine.name, session.profile, session.random);
  await session.stopWorkers();
  await sleep(LET_GO_MS);
  await files[damage]();
  session.note('damaged', { damage, kind: files.kind });
}

/** Goes on recording, through a restart of the worker: a database that fails at each start would show here. */
async function assertWorksOn(session: Session, client: Client, what: string): Promise<void> {
  if (session.engine.name === 'firefox' && (await isBroken(client))) {
    // Firefox 140 does not begin such a file anew, so that the loop can only say that nothing lasts.
    if (durableOf(await client.record()) !== false) throw new Error(`${what}: a database that does not open takes durable actions`);
    session.note('not mended by the browser', what);
    leaveOut(session, 'that recording goes on by itself', 'the browser mends no damaged file, and it is deleted as a user would');
    await client.tab.evaluate(clearDatabase);
    await session.stopWorkers();
  }
  for (const round of [0, 1, 2]) {
    const isDurable = await until(10_000, async () => durableOf(await client.record()) === true, 100);
    if (!isDurable) throw new Error(`${what}: nothing durable can be recorded after ${round} restarts of the worker`);
    await session.stopWorkers();
  }
}

/** Whether the browser can't open the database, asked without the product. */
const isBroken = ({ tab }: Client): Promise<boolean> =>
  tab.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('nudgeloop');
        // One that is not there is left so: it would be made, without any store.
        opening.addEventListener('upgradeneeded', () => opening.transaction?.abort());
        opening.addEventListener('error', () => resolve(opening.error?.name !== 'AbortError'));
        opening.addEventListener('success', () => {
          opening.result.close();
          resolve(false);
        });
      }),
  );

/** What a user does who clears the site's data. Runs in the page. */
function clearDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase('nudgeloop');
    deleting.addEventListener('success', () => resolve());
    deleting.addEventListener('error', () => reject(new Error('a broken database can not be deleted')));
  });
}

/** Bad disks. */
export const rows: readonly Row[] = [
  {
    row: 15,
    fault: 'the stored files are damaged',
    promise: 'A new epoch, told to each open client; no crash loop, calls settle, and recording goes on, if the browser mends the file',
    judge,
    limit: 240_000,
    async run(session) {
      let client = await session.open(quiet);
      const given: number[] = [];
      for (let n = 0; n < 20; n += 1) {
        await client.record();
        given.push(n + 1);
      }
      // What a disk forgets that it confirmed can be noticed by nobody; what is left must be whole all the same.
      client = await damageWhileDown(session, client, 'cutLog');
      const left = await foundBy(client);
      session.note('left by a log that was cut', left.length);
      if (left.some((n, index) => n !== given[index])) throw new Error('a log that was cut left holes');
      await assertWorksOn(session, client, 'cutLog');

      for (const damage of damages) {
        const before = await epochOf(client);
        client = await damageWhileDown(session, client, damage);
        if ((await epochOf(client)) === before) throw new Error(`${damage}: the epoch is the old one, so nothing was damaged`);
        if ((await foundBy(client)).length > 0) throw new Error(`${damage}: a new epoch began with old actions`);
        await assertWorksOn(session, client, damage);
      }

      const other = await session.open(quiet);
      let taken = 0;
      for (const damage of damages) {
        const before = await epochOf(client);
        await damageUnder(session, damage);
        for (const each of [client, other]) {
          await until(20_000, async () => (await each.record()).type === 'ok', 200);
          // The browser had not let go of that file, and goes on with what it has in memory: nothing was damaged.
          if ((await epochOf(each)) === before) continue;
          taken += 1;
          const isTold = session.history.events.some(({ type, op, actor, value }) => {
            if (type !== 'told' || op !== 'epoch.reset' || actor !== each.actor) return false;
            return (value as { readonly previous?: string }).previous === before;
          });
          if (!isTold) throw new Error(`${damage} under an open page: ${each.actor} was not told`);
        }
        await assertWorksOn(session, client, `${damage} under an open page`);
      }
      // Whether it has let go of its files is the browser's business; while it was down it had.
      session.note('damages noticed under an open page', taken);
      if (taken === 0) leaveOut(session, 'a damage under an open page', 'the browser had let go of no file');
    },
  },
  {
    row: 16,
    fault: 'the database does not open',
    promise: 'Memory instead, which says so: no receipt claims to be durable; once it opens again, all is as before',
    judge,
    async run(session) {
      const client = await session.open(quiet);
      for (let n = 0; n < 5; n += 1) await client.record();
      const before = await epochOf(client);
      const files = await findStoredFiles(session.engine.name, session.profile, session.random);

      for (const round of [1, 2]) {
        // A tab that takes the lead over from one that was closed wakes the worker once more.
        await sleep(500);
        await session.stopWorkers();
        await sleep(LET_GO_MS);
        await files.block();
        session.note('blocked', files.kind);
        if (!(await isBroken(client))) throw new Error('the database opens all the same, so no fault was injected');
        const fresh = await session.open(quiet);
        const ends = [];
        for (let n = 0; n < 3; n += 1) ends.push(await client.record(), await fresh.record());
        const claims = ends.map(durableOf);
        const { value } = await fresh.inspect();
        const { durable } = await fresh.tab.evaluate(() => window.client.state());
        if (claims.includes(true)) throw new Error(`a receipt claims to be durable while the database does not open: ${claims.join()} in round ${round}`);
        if (!claims.includes(false)) throw new Error('nothing could be recorded while the database did not open');
        if (durable !== false) throw new Error(`a client says durable: ${durable} while the database does not open`);
        if (!JSON.stringify(value).includes('storage.memory')) throw new Error('storage.memory was not logged');

        await files.unblock();
        session.note('unblocked', round);
        await session.stopWorkers();
        for (const each of [client, fresh]) {
          const isBack = await until(15_000, async () => durableOf(await each.record()) === true, 200);
          if (!isBack) throw new Error(`${each.actor} is not durable again, though the database opens`);
          if ((await epochOf(each)) !== before) throw new Error(`${each.actor} has another epoch than the database had before`);
          const state = await each.tab.evaluate(() => window.client.state());
          if (state.durable !== true) throw new Error(`${each.actor} says durable: ${state.durable} again after the database opened`);
        }
        await fresh.close();
        // The tab that is seen again looks at once what is new; woken later, the worker would hold the files.
        await sleep(1_000);
      }
    },
  },
];
