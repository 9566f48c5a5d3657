import type { Client, Outcome } from '../kit/client.ts';
import { must, mustBeAnswered, workedOff } from '../kit/look.ts';
import { sendRaw } from '../kit/raw.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';
import { buildPage, buildWorker, speaking, updateWorker, versionOf } from '../kit/worker-versions.ts';

const goalState = { steps: 10_000 };
const OWN = '/app-worker.js';
const READY_MADE = '/nudgeloop/service-worker.js';
const own = { goalState, serviceWorker: { url: OWN, scope: '/app/' }, pollInterval: 3_600_000 } as const;

/** Notes what does not come out as promised, so that a row tells all of it and not only the first. */
function expecting() {
  const problems: string[] = [];
  return {
    ends({ type, code }: Outcome, wanted: string, what: string): void {
      if ((code ?? type) !== wanted) problems.push(`${what}: ${code ?? type}, not ${wanted}`);
    },
    holds(isRight: boolean, what: string): void {
      if (!isRight) problems.push(what);
    },
    judge(): void {
      if (problems.length > 0) throw new Error(problems.join('\n        '));
    },
  };
}

/** Whether a page was told something, now or in a few seconds. */
async function isTold({ history }: Session, client: Client, isIt: (op: string, value: unknown) => boolean): Promise<boolean> {
  return until(3_000, async () => {
    await client.pull();
    return history.events.some(({ type, actor, op, value }) => type === 'told' && actor === client.actor && isIt(op, value));
  }, 100);
}

async function speakPastEachOther(session: Session): Promise<void> {
  const { server } = session;
  const expect = expecting();
  const options = { ...own, strategy: { type: 'waiting' } };
  session.finalOptions = { ...options, strategy: { type: 'good' } };
  const [both, newer] = [await buildWorker('worker-1-2', speaking({ oldest: 1, newest: 2 })), await buildWorker('worker-2', speaking({ oldest: 2, newest: 2 }))];
  const pages = { both: await buildPage('page-1-2', speaking({ oldest: 1, newest: 2 }), server), newer: await buildPage('page-2', speaking({ oldest: 2, newest: 2 }), server) };
  const connect = async (path: string): Promise<{ client: Client; outcome: Outcome }> => {
    const client = await session.openTab(path);
    return { client, outcome: await client.connect(options) };
  };
  const advises = (client: Client, what: string) => async (): Promise<void> => {
    const recorded = await client.record();
    expect.ends(recorded, 'ok', `${what} records`);
    const [n] = session.history.events.filter(({ type, op }) => type === 'ok' && op === 'record').at(-1)?.ids ?? [];
    const isAdvised = await isTold(session, client, (op, value) => op === 'nudge' && (value as { ns: unknown[] }).ns.includes(n));
    expect.holds(isAdvised, `${what} is not told the nudge for what it recorded`);
  };

  const first = await session.open(options);
  await advises(first, 'page 1 with worker 1')();
  const hold = server.hold('/strategy');
  for (let count = 0; count < 3; count += 1) await first.record();
  await hold.reached;

  server.swap(OWN, { file: both });
  await updateWorker(session, first, OWN, () => hold.release());
  await advises(first, 'page 1, connected before worker 1-2 came,')();
  const again = await connect('/');
  expect.ends(again.outcome, 'ok', 'page 1 greets worker 1-2');
  await advises(again.client, 'page 1 with worker 1-2')();

  server.swap(OWN, { file: newer });
  await updateWorker(session, first, OWN);
  const late = await connect('/');
  expect.ends(late.outcome, 'update.needed', 'page 1 greets worker 2');
  expect.ends(await late.client.record(), 'update.needed', 'page 1 records with worker 2');
  expect.holds(await isTold(session, late.client, (op, value) => op === 'update' && (value as { reason: string }).reason === 'needed'), 'page 1 is not told that worker 2 needs an update');
  expect.ends(await first.record(), 'update.needed', 'page 1, connected before worker 2 came, records');
  const ahead = await connect(pages.both);
  expect.ends(ahead.outcome, 'ok', 'page 1-2 greets worker 2');
  await advises(ahead.client, 'page 1-2 with worker 2')();

  // A downgrade: the server rolls back.
  server.swap(OWN);
  await updateWorker(session, first, OWN);
  const apart = await connect(pages.newer);
  expect.ends(apart.outcome, 'update.needed', 'page 2 greets worker 1');
  const bridge = await connect(pages.both);
  expect.ends(bridge.outcome, 'ok', 'page 1-2 greets worker 1');
  await advises(bridge.client, 'page 1-2 with worker 1')();
  expect.judge();
}

/** Who worked something off: a run that finds nothing to do is none. */
function workingBoots(session: Session, kind: 'page' | 'worker'): Set<string> {
  const worked = session.history.events.filter(({ op, actor, value }) => op === 'fence' && actor.startsWith(`${kind}-`) && (value as { works: boolean }).works);
  return new Set(worked.map(({ actor }) => actor));
}

/** One page stands in its strategy, whatever the speed of the machine, while the other has work too; then there is nobody to wait for. */
async function takeTurns(works: Client, waits: Client): Promise<void> {
  await works.tab.evaluate(() => void Object.assign(window, { isHeld: true, isAsked: false }));
  const calls = [works.record()];
  const isAtWork = await until(5_000, () => works.tab.evaluate(() => window.isAsked === true));
  must(isAtWork, 'a page without a worker never asked its strategy');
  for (let more = 0; more < 7; more += 1) calls.push(works.record(), waits.record());
  mustBeAnswered(...(await Promise.all(calls)));
  await works.tab.evaluate(() => void (window.isHeld = false));
  await workedOff(works, 20_000);
}

async function workTogether(session: Session): Promise<void> {
  const { server } = session;
  const options = { ...own, strategy: { type: 'waiting' } };
  session.finalOptions = { ...options, strategy: { type: 'good' } };
  const page = await session.open(options);
  for (let round = 1; round <= 3; round += 1) {
    const hold = server.hold('/strategy');
    mustBeAnswered(...(await Promise.all(Array.from({ length: 4 }, () => page.record()))));
    await hold.reached;
    server.swap(OWN, { body: await versionOf(OWN, round) });
    const isWaiting = await page.tab.evaluate(async (script) => {
      const all = await navigator.serviceWorker.getRegistrations();
      const registration = all.find(({ active }) => active !== null && new URL(active.scriptURL).pathname === script);
      await registration?.update();
      for (let look = 0; look < 200 && registration?.waiting === null; look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
      return registration?.waiting !== null;
    }, OWN);
    if (!isWaiting) throw new Error('no second worker came beside the busy one');
    // Both are spoken to while the old one stands in its strategy; the new one has to wait for the lock, not for this.
    const waiting = { path: OWN, which: 'waiting' } as const;
    const raw = { client: `raw-client-${round}`, argument: { loop: 'default' } };
    const answered = await sendRaw(page, { ...raw, order: 1, method: 'history' }, waiting);
    if (answered?.ok !== true) throw new Error('the second worker did not answer beside the busy one');
    const poked = sendRaw(page, { ...raw, order: 2, method: 'poke' }, { ...waiting, ms: 3_000 });
    const calls = [page.record(), page.record(), page.poke()];
    await sleep(200);
    hold.release();
    mustBeAnswered(...(await Promise.all(calls)));
    await poked;
    await until(10_000, () => page.tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).every(({ waiting: next }) => next === null)));
  }
  await page.close();
  if (workingBoots(session, 'worker').size < 2) throw new Error('never did two workers work');

  // What a worker left pending, two pages without one fall upon. It would come up again for that, as long as the browser knows it.
  const last = await session.open(options);
  const hold = server.hold('/strategy');
  mustBeAnswered(...(await Promise.all(Array.from({ length: 30 }, () => last.record()))));
  await hold.reached;
  await last.tab.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  });
  await session.stopWorkers();
  await last.close();
  hold.release();
  // A strategy that is not trusted: what is worked off with the answer leaves nothing to another page.
  const alone = { goalState, serviceWorker: false, strategy: { type: 'held' }, pollInterval: 3_600_000 } as const;
  const [one, other] = [await session.openTab(), await session.openTab()];
  mustBeAnswered(...(await Promise.all([one, other].map((client) => client.connect(alone)))));
  await workedOff(one, 20_000);
  await takeTurns(one, other);
  await takeTurns(other, one);
  for (let round = 0; round < 5; round += 1) {
    const calls = [one, other].flatMap((client, index) => [client.poke(), client.record(), client.setGoalState({ steps: 9_000 + 10 * round + index }), client.record(), client.poke()]);
    mustBeAnswered(...(await Promise.all(calls)));
  }
  if (workingBoots(session, 'page').size < 2) throw new Error('never did two pages work');
  session.finalOptions = alone;
}

async function outdate(session: Session): Promise<void> {
  const { server } = session;
  const client = await session.open({ goalState });
  for (let round = 1; round <= 5; round += 1) {
    server.swap(READY_MADE, { body: await versionOf(READY_MADE, round) });
    const calls = Array.from({ length: 3 }, () => client.record());
    const updated = updateWorker(session, client, READY_MADE);
    for (let more = 0; more < 5; more += 1) {
      calls.push(client.record());
      await sleep(session.random.between(0, 30));
    }
    await updated;
    calls.push(client.record());
    const old = await client.tab.evaluate(async () => {
      const { oldWorker } = window;
      if (oldWorker === null) return 'not there';
      for (let look = 0; look < 100 && oldWorker.state !== 'redundant'; look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
      // Nobody hears it: the client must not have kept this object.
      oldWorker.postMessage({ nudgeloop: 1, kind: 'request', client: 'raw-client', database: 'nudgeloop', order: 1, first: 1, message: {} });
      return oldWorker.state;
    });
    if (old !== 'redundant') throw new Error(`the old worker is ${old}`);
    const ends = await Promise.all(calls);
    const failed = ends.find(({ type }) => type !== 'ok');
    if (failed !== undefined) throw new Error(`a call across an update ended with ${failed.code ?? failed.type}`);
  }
}

/** Builds that meet older and newer ones. */
export const rows: readonly Row[] = [
  {
    row: 24,
    fault: 'page and worker of different protocols',
    promise: 'They speak what both know, or say update.needed; pending work is kept',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9'],
    run: speakPastEachOther,
  },
  {
    row: 25,
    fault: 'two workers, or two pages without one, at once',
    promise: 'One of them works at a time, and nothing is doubled',
    judge: ['C1', 'C2', 'C3', 'C4', 'C6', 'C9', 'C10'],
    run: workTogether,
  },
  {
    row: 26,
    fault: 'a worker object that an update made redundant',
    promise: 'Calls go to the worker that is active now',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    quick: true,
    run: outdate,
  },
];
