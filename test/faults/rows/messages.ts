import type { ChromiumTab, Engine } from '../engines/engine.ts';
import type { Client } from '../kit/client.ts';
import { look, must } from '../kit/look.ts';
import { recordRaw } from '../kit/raw.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const judge = ['C1', 'C2', 'C3', 'C4', 'C9', 'C10'] as const;

/** Wake-ups of each kind in a storm. */
const STORM = 100;

/** The kinds, as the worker's events are named. */
const KINDS = ['sync', 'periodicsync', 'push'] as const;

/** How long a worker may take to hear a storm, in milliseconds. */
const HEARD_MS = 10_000;

/** How long a page is busy, in milliseconds: calls that it is given meanwhile begin after that. */
const BUSY_MS = 1_000;

/** How long a browser stands still, in milliseconds: longer than a worker waits for a page that is gone. */
const STILL_MS = 5_000;

const appWorker = { serviceWorker: { url: '/app-worker.js', scope: '/' }, strategy: { type: 'good' } };

const revisionOf = async (client: Client): Promise<number> =>
  ((await client.inspect()).value as { readonly loop: { readonly revision: number } }).loop.revision;

/** The browser's number of the site's registration. */
async function registrationIdOf(tab: ChromiumTab): Promise<string> {
  let found: string | undefined;
  const off = tab.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    found ??= (registrations as { readonly registrationId: string; readonly isDeleted: boolean }[]).find(({ isDeleted }) => !isDeleted)?.registrationId;
  });
  await tab.send('ServiceWorker.enable');
  await until(5_000, () => found !== undefined, 20);
  off();
  must(found !== undefined, 'the browser names no registration');
  return found;
}

async function storm(session: Session, tab: ChromiumTab, registrationId: string): Promise<void> {
  const { origin } = session.server;
  const tag = 'nudgeloop:nudgeloop';
  const work = Array.from({ length: STORM }, async (_none, n) => {
    await tab.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: n % 2 === 0 });
    await tab.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin, registrationId, tag });
    await tab.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: 'x' });
  });
  await Promise.all(work);
}

/** How often the worker heard an event of each kind, as it reports. */
function heardBy({ history }: Session): Readonly<Record<string, number>> {
  const kinds = history.events.filter(({ type, op }) => type === 'seen' && op === 'event').map(({ value }) => (value as { readonly kind: string }).kind);
  return Object.fromEntries(KINDS.map((kind) => [kind, kinds.filter((heard) => heard === kind).length]));
}

/**
 * Waits until the worker has heard a storm, as far as it hears one: browsers may coalesce what is of one tag.
 *
 * @param before what it had heard before
 * @throws Error when of any kind it heard nothing: then nothing is shown of that kind
 */
async function mustHaveHeard(session: Session, before: Readonly<Record<string, number>>): Promise<void> {
  const newOf = (kind: string): number => (heardBy(session)[kind] ?? 0) - (before[kind] ?? 0);
  await until(HEARD_MS, () => KINDS.every((kind) => newOf(kind) >= STORM), 50);
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, newOf(kind)]));
  session.note('events heard', counts);
  const missing = KINDS.filter((kind) => counts[kind] === 0);
  must(missing.length === 0, `of ${STORM} events each the worker heard no ${missing.join(', no ')}`);
}

/** Stops the browser's own process, by which the messages that wake go, for some milliseconds. */
async function standsStill({ browser }: Session, ms: number): Promise<void> {
  process.kill(browser.pid, 'SIGSTOP');
  await sleep(ms).finally(() => process.kill(browser.pid, 'SIGCONT'));
}

/** Messages and wake-ups that come too often, twice, or out of order. */
export const rows: readonly Row[] = [
  {
    row: 30,
    fault: 'storms of sync, periodic sync and push',
    promise: 'They are harmless: due work is done once, and with nothing new nothing is written',
    judge: [...judge, 'C5', 'C6'],
    notRun: ({ name }: Engine) => (name === 'chromium' ? undefined : 'only Chromium has sync, and a way to dispatch it'),
    async run(session) {
      const client = await session.open({ goalState, pollInterval: 3_600_000, ...appWorker });
      const tab = client.tab as ChromiumTab;
      for (let n = 0; n < 10; n += 1) await client.record();
      await until(10_000, async () => (await look(client)).pending.length === 0, 50);
      const id = await registrationIdOf(tab);
      const before = await revisionOf(client);
      await storm(session, tab, id);
      await mustHaveHeard(session, {});
      must((await revisionOf(client)) === before, 'wake-ups with nothing new wrote something');
      // And with work to do: in the middle of a storm, each action is worked off once.
      const calls = Array.from({ length: 20 }, () => client.record());
      const earlier = heardBy(session);
      await Promise.all([storm(session, tab, id), ...calls]);
      await mustHaveHeard(session, earlier);
    },
  },
  {
    row: 31,
    fault: 'calls come twice, out of order, or with another content under the same number',
    promise: 'Each counts once, and a number that is used again for something else is refused',
    judge,
    quick: true,
    async run(session) {
      const page = await session.open({ goalState });
      const client = 'raw-client-of-the-kit';
      const orders = Array.from({ length: 20 }, (_none, order) => order + 1);
      const actions = new Map(orders.map((order) => [order, [session.number()]]));
      const shuffled = [...orders, ...orders].sort(() => session.random.between(0, 1) - 0.5);
      const answers = await Promise.all(shuffled.map((order) => recordRaw(page, { client, order, first: 1, actions: actions.get(order)! })));
      must(answers.every((answer) => answer?.ok === true), 'a copy of a call was refused');
      await session.stopWorkers();
      const again = await recordRaw(page, { client, order: 7, actions: actions.get(7)! });
      const receipt = (again?.value as { readonly receipt?: { readonly duplicate?: boolean } } | undefined)?.receipt;
      must(receipt?.duplicate === true, 'a copy that came after a stop of the worker is not told to be one');
      const other = await recordRaw(page, { client, order: 7, actions: [session.number()] });
      must(other?.error?.code === 'receipt.conflict', `another content under the same number: ${other?.error?.code ?? 'taken'}`);
    },
  },
  {
    row: 31,
    fault: 'the browser stands still, and calls by the port overtake an erasure by seconds',
    promise: 'The erasure takes what was recorded before it, and nothing that was recorded after it',
    judge,
    notRun: ({ name }: Engine) => (name === 'chromium' ? undefined : 'only in Chromium the messages that wake pass through a process that can be stopped alone'),
    async run(session) {
      const client = await session.open({ goalState });
      for (let round = 0; round < 3; round += 1) {
        // So the port is open.
        await client.record();
        await client.nudges();
        void client.tab.evaluate((ms) => {
          const end = performance.now() + ms;
          while (performance.now() < end);
        }, BUSY_MS);
        // They reach the busy page while the browser runs, and begin when it stands still.
        const calls = Promise.all([client.erase(), client.record(), client.record()]);
        await sleep(BUSY_MS / 2);
        await standsStill(session, STILL_MS);
        const outcomes = await calls;
        must(outcomes.every(({ type }) => type === 'ok'), `calls around a browser that stood still: ${outcomes.map(({ type, code }) => `${type} ${code}`).join(', ')}`);
        const { value } = await client.history();
        const kept = (value as unknown[]).length;
        must(kept === 2, `${kept} actions are left of the two that were recorded after the erasure`);
      }
    },
  },
  {
    row: 32,
    fault: 'broadcasts are lost, or come twice',
    promise: 'They are hints: each tab is told each nudge, once',
    judge: [...judge, 'C5'],
    quick: true,
    async run(session) {
      const [sender, deaf, echo] = [await session.open({ goalState }), await session.openTab(), await session.openTab()];
      // Before the client listens: the one tab hears nothing of the channel, the other everything three times.
      await deaf.tab.evaluate(() => {
        BroadcastChannel.prototype.addEventListener = () => undefined;
      });
      await echo.tab.evaluate(() => {
        const listen = BroadcastChannel.prototype.addEventListener;
        BroadcastChannel.prototype.addEventListener = function (this: BroadcastChannel, type: string, run: never) {
          for (let copy = 0; copy < 3; copy += 1) listen.call(this, type, (event) => (run as (given: Event) => void)(event));
        };
      });
      await deaf.connect({});
      await echo.connect({});
      for (let n = 0; n < 15; n += 1) await sender.record();
      const told = (client: Client): number =>
        session.history.events.filter(({ type, op, actor }) => type === 'told' && op === 'nudge' && actor === client.actor).length;
      await until(5_000, async () => (await echo.pull(), told(echo) >= 15), 100);
      must(told(deaf) === 0, 'the deaf tab heard something, so nothing was lost');
      // What was missed is caught up with when the tab is looked at, or calls.
      await deaf.tab.evaluate(() => window.dispatchEvent(new Event('pageshow')));
      await until(5_000, async () => (await deaf.pull(), told(deaf) >= 15), 100);
      for (const client of [sender, deaf, echo]) {
        await client.pull();
        must(told(client) === 15, `${client.actor} was told ${told(client)} nudges of 15`);
      }
    },
  },
];
