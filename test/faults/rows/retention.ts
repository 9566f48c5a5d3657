import type { EraseReceipt } from 'nudgeloop';
import type { ChromiumBrowser } from '../engines/chromium.ts';
import type { Client, ConnectOptions } from '../kit/client.ts';
import { look, must } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import { pastTheEnd } from '../kit/past-the-end.ts';
import { recordRaw } from '../kit/raw.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const OWN = '/app-worker.js';
const READY_MADE = '/nudgeloop/service-worker.js';
const own = { goalState, serviceWorker: { url: OWN, scope: '/app/' }, pollInterval: 3_600_000 } as const;

/** The rows that each store holds, beside the epoch. */
async function storedRows({ tab }: Client): Promise<Record<string, number>> {
  const stores = await tab.evaluate(() => window.kit.readStores());
  const counts = Object.entries(stores).map(([store, rows]) => [store, rows.length] as const);
  return Object.fromEntries(counts.filter(([store, count]) => store !== 'meta' && count > 0));
}

async function expectEmpty(client: Client, when: string): Promise<void> {
  const left = await storedRows(client);
  if (Object.keys(left).length > 0) throw new Error(`${when}: ${JSON.stringify(left)} are left`);
}

async function expectStored(client: Client): Promise<void> {
  if (Object.keys(await storedRows(client)).length === 0) throw new Error('there was nothing to erase');
}

/** A limit of one while work is pending, and workers are stopped in it. */
async function pruneWhileDraining(session: Session): Promise<void> {
  const client = await session.open({ ...own, retentionLimit: 1, strategy: { type: 'good' } });
  for (let round = 0; round < 8; round += 1) {
    const calls = Array.from({ length: 5 }, () => client.record([{}, {}]));
    await sleep(session.random.between(0, 40));
    if (round % 2 === 1) await session.stopWorkers();
    await Promise.all(calls);
  }
  const isDone = await until(15_000, async () => {
    await client.poke();
    const { value } = await client.inspect();
    return (value as { loop: { pending: { count: number } } } | null)?.loop.pending.count === 0;
  }, 100);
  if (!isDone) throw new Error('the work was not done');
  const acked = session.history.events.filter(({ type, op }) => type === 'ok' && op === 'record').length;
  const { value } = await client.history();
  if ((value as unknown[]).length !== 1) throw new Error(`${(value as unknown[]).length} actions are kept, and the limit is 1`);
  const advised = (await client.nudges()).value as unknown[];
  if (advised.length < acked) throw new Error(`${acked} calls were acknowledged, and ${advised.length} nudges came of them: pending work was pruned`);
  await client.close();
}

/** A copy that comes when its action is gone and the worker's memory too: only the receipt that is stored knows it. */
async function resendWhatWasPruned(session: Session): Promise<void> {
  const options = { goalState, database: 'nudgeloop', loop: 'resent', retentionLimit: 1 } as const;
  const client = await session.open(options);
  const expect = (answer: Awaited<ReturnType<typeof recordRaw>>, wanted: string, what: string): void => {
    const { duplicate } = (answer?.value as { receipt?: { duplicate?: boolean } } | undefined)?.receipt ?? {};
    const seen = answer === null ? 'no answer' : (answer.error?.code ?? (duplicate === true ? 'duplicate' : 'taken'));
    if (seen !== wanted) throw new Error(`${what}: ${seen}, not ${wanted}`);
  };
  for (let round = 0; round < 5; round += 1) {
    const call = { client: `raw-client-${round}`, order: 1, loop: 'resent', actions: [session.number()] };
    const where = { path: READY_MADE };
    expect(await recordRaw(client, call, where), 'taken', 'a call');
    await client.record([{}, {}]);
    await client.record();
    const kept = (await client.history()).value as { action: { n: number } }[];
    if (kept.some(({ action }) => action.n === call.actions[0]?.n)) throw new Error('the action was not pruned');
    await session.stopWorkers();
    expect(await recordRaw(client, call, where), 'duplicate', 'its copy, after its action was pruned');
    const other = { ...call, actions: [session.number()] };
    expect(await recordRaw(client, other, where), 'receipt.conflict', 'another action under its number');
  }
  await client.close();
}

/** The permission to show notifications, which a page can't give itself; Firefox is started with it. */
async function allowNotifications(session: Session): Promise<void> {
  if (session.engine.name !== 'chromium') return;
  const { devtools } = session.browser as ChromiumBrowser;
  await devtools.send('Browser.grantPermissions', { origin: session.server.origin, permissions: ['notifications'] });
}

/** How long a broadcast may take, in milliseconds. */
const TOLD_MS = 5_000;

/** How often a tab was told of an erasure until now. */
async function erasuresTold(client: Client, { history }: Session): Promise<number> {
  await client.pull();
  return history.events.filter(({ type, op, actor }) => type === 'told' && op === 'erased' && actor === client.actor).length;
}

async function eraseWhileDraining(session: Session): Promise<void> {
  const client = await session.open({ ...own, strategy: { type: 'waiting' } });
  const other = await session.open({ ...own, strategy: { type: 'waiting' } });
  await allowNotifications(session);
  for (const all of [true, false, true]) {
    const hold = session.server.hold('/strategy');
    // An erasure takes the goal along, and without one no strategy is asked.
    await client.setGoalState(goalState);
    for (let count = 0; count < 3; count += 1) await client.record();
    await hold.reached;
    const epoch = await client.tab.evaluate(() => window.client.state().epoch);
    const shown = await client.tab.evaluate(async () => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      await registration?.showNotification('a nudge', { tag: 'nudgeloop:nudgeloop:default:1' });
      return (await registration?.getNotifications())?.length ?? 0;
    });
    if (shown !== 1) throw new Error('no notification was shown that could be left');
    await expectStored(client);
    const erasures = await erasuresTold(other, session);
    const { pending } = await look(client);
    const { type, code, value } = await client.erase({ all });
    if (type !== 'ok') throw new Error(`erase ended with ${code ?? type}`);
    must((value as EraseReceipt).pending === pending.length, `the receipt tells ${JSON.stringify(value)}, where ${pending.length} calls were pending`);
    await expectEmpty(client, 'after erase');
    const isTold = await until(TOLD_MS, async () => (await erasuresTold(other, session)) > erasures, 50);
    must(isTold, 'another tab was not told of the erasure');
    must(await other.tab.evaluate(() => window.client.state().unacknowledged.length === 0), 'another tab goes on showing what was erased');
    hold.release();
    // The strategy's answer comes now, for actions that are gone.
    await sleep(700);
    await expectEmpty(client, 'after the answer of a strategy that was late');
    const late = { client: 'raw-client-late', order: 1, actions: [session.number()], ...(epoch === null ? {} : { epoch }) };
    if (all) {
      const answer = await recordRaw(client, late, { path: OWN });
      if (answer?.error?.code !== 'epoch.reset') throw new Error(`a call of the erased life got ${JSON.stringify(answer)}`);
      await expectEmpty(client, 'after a call of the erased life');
    }
    const left = await client.tab.evaluate(async () => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      const notifications = (await registration?.getNotifications()) ?? [];
      const { periodicSync } = (registration ?? {}) as { periodicSync?: { getTags(): Promise<string[]> } };
      return [...notifications.map(({ tag }) => tag), ...((await periodicSync?.getTags().catch(() => [])) ?? [])];
    });
    if (left.length > 0) throw new Error(`erase left ${left.join()}`);
    await client.record();
  }
}

/** An erasure that dies at each of its points: what is found after is whole, and the next one ends it. */
async function eraseAtKillPoints(session: Session): Promise<void> {
  const quick: ConnectOptions = { goalState, speed: 10, deadline: 8_000, pollInterval: 3_600_000 };
  const steady: ConnectOptions = { goalState, speed: 10, deadline: 100_000, pollInterval: 3_600_000 };
  session.finalOptions = { speed: 10, deadline: 100_000, pollInterval: 3_600_000 };
  // The worker is there before a client whose seconds are so short asks for it: that would not wait for a first start.
  await (await session.open({ goalState })).close();
  const [recorder, eraser] = [await session.open(steady), await session.open(quick)];
  const step = faultOptions.quick ? 9 : 1;
  const isPastTheEnd = pastTheEnd();
  let points = 0;
  await recorder.erase({ all: true });
  for (let point = 1; point < 500; point += step) {
    await recorder.record([{}, {}]);
    await expectStored(recorder);
    // Greeted anew beforehand, so that the points are those of the erasure.
    await eraser.inspect();
    await session.arm(eraser, point);
    const erased = eraser.erase({ all: true });
    const isReached = await Promise.race([session.killed(point, 10_000), erased.then(() => sleep(1_000)).then(() => session.isKilled(point))]);
    if (isReached) {
      points += 1;
      await session.killWorkers();
    } else await session.arm(eraser, 0);
    const { type } = await erased;
    if (type === 'ok') await expectEmpty(recorder, `after the answer, at point ${point}`);
    const { value } = await recorder.history();
    const count = (value as unknown[] | null)?.length;
    if (count !== 0 && count !== 2) throw new Error(`an erasure that was cut off at point ${point} left ${count} of 2 actions`);
    const again = await recorder.erase({ all: true });
    if (again.type !== 'ok') throw new Error(`the erasure after one that was cut off at point ${point} ended with ${again.code ?? again.type}`);
    await expectEmpty(recorder, `after an erasure that was cut off at point ${point}`);
    if (isPastTheEnd(isReached)) break;
  }
  session.note('kill points', { scenario: 'erase', points });
  if (points < 2) throw new Error('no erasure was cut off');
}

/** What leaves the loop by intent. */
export const rows: readonly Row[] = [
  {
    row: 35,
    fault: 'pruning races the work, and copies come late',
    promise: 'Pending work is never pruned, and a late copy counts once',
    judge: ['C1', 'C2', 'C3', 'C4', 'C9'],
    async run(session) {
      await pruneWhileDraining(session);
      await resendWhatWasPruned(session);
    },
  },
  {
    row: 36,
    fault: 'erase in the midst of work and at every await',
    promise: 'After its answer nothing is left, and nothing comes back',
    judge: ['C1', 'C2', 'C3', 'C4', 'C8', 'C9'],
    isolated: true,
    // In Chromium it takes four minutes; Firefox is three times as slow.
    limit: 1_800_000,
    launch: { prefs: { 'permissions.default.desktop-notification': 1 } },
    async run(session) {
      await eraseWhileDraining(session);
      await eraseAtKillPoints(session);
    },
  },
];
