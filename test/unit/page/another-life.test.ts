import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { epochAfterErasure } from '../../../src/model/epoch.ts';
import { replyEnvelope, type RequestEnvelope } from '../../../src/protocol/envelope.ts';
import type { BroadcastEnvelope } from '../../../src/protocol/events.ts';
import { channelName } from '../../../src/protocol/version.ts';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import type { SimulatedPage } from '../../../src/testing/browser/simulated-page.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

type Browser = ReturnType<typeof createFakeBrowser>;

function openTab(browser: Browser, options: ClientOptions = {}) {
  const page = browser.openPage();
  const client = createClient({ serviceWorker: page.registration, ...options }, page.realm);
  const heard: string[] = [];
  client.on('epoch.reset', () => heard.push('reset'));
  client.on('erased', ({ loop }) => heard.push(`erased ${loop}`));
  return { page, client, heard };
}

/** A script of the origin that speaks on the channel. */
function forger(browser: Browser) {
  const channel = browser.openPage().realm.openChannel(channelName('nudgeloop'))!;
  return (envelope: Pick<BroadcastEnvelope, 'epoch' | 'event'>) => channel.postMessage({ nudgeloop: 1, ...envelope });
}

const activeOf = ({ registration }: Pick<SimulatedPage, 'registration'>) => (registration as unknown as { active: { postMessage: (...given: unknown[]) => void } }).active;

/** Notes what a page sends to the worker. */
function listenIn(page: Pick<SimulatedPage, 'registration'>): unknown[][] {
  const active = activeOf(page);
  const post = active.postMessage.bind(active);
  const sent: unknown[][] = [];
  active.postMessage = (...given) => {
    sent.push(given);
    post(...given);
  };
  return sent;
}

test.each<BroadcastEnvelope['event']>([
  { type: 'loop.changed', loop: 'default', revision: 1, outbox: 0 },
  { type: 'log', event: { at: 0, level: 'info', code: 'host.woke' } as never },
])('a forged message that names another database (%j) brings no alarm, and sets no goal again', async (event) => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  await client.record({ steps: 1 });
  await client.setGoalState({ steps: 20 });
  for (const epoch of ['epoch-forged', epochAfterErasure('forged')]) forger(browser)({ epoch, event });
  await settle();
  await client.history();
  await settle();
  expect(heard).toEqual([]);
  expect((await client.inspect()).loop.goalState).toEqual({ steps: 20 });
});

test('a flood of such messages has the worker asked once at a time', async () => {
  const browser = createFakeBrowser();
  const { client } = openTab(browser);
  await client.ready;
  const sent = browser.messages.sent('requests');
  const forge = forger(browser);
  for (let n = 0; n < 1_000; n += 1) forge({ epoch: `epoch-${n}`, event: { type: 'loop.changed', loop: 'other', revision: 1, outbox: 0 } });
  await settle();
  expect(browser.messages.sent('requests') - sent).toBeLessThan(10);
});

test('a tab hears of a lost database without asking, from what other tabs are told', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser);
  const other = openTab(browser);
  await client.record({ steps: 1 });
  await other.client.record({ steps: 1 });
  // The fake worker keeps its data in memory: to stop it is to destroy the database.
  browser.stopWorker();
  await other.client.record({ steps: 2 });
  await settle();
  expect([heard, other.heard]).toEqual([['reset'], ['reset']]);
});

test.each([{}, { retentionLimit: 3, timestampField: 'when' }])('a tab that slept through the erasure of its loop is told, sets no goal again, and records under its own settings (%j)', async (settings) => {
  const browser = createFakeBrowser();
  const sleeper = openTab(browser, { goalState: { steps: 10 }, ...settings });
  const eraser = openTab(browser);
  await sleeper.client.record([{ steps: 1 }, { steps: 2 }]);
  await eraser.client.ready;
  await settle();
  sleeper.page.live('pagehide');
  await eraser.client.erase();
  await eraser.client.record({ steps: 0 });
  await settle();
  sleeper.page.live('pageshow');
  // At once: it is told before its first call is answered.
  await sleeper.client.record([{ steps: 3 }, { steps: 4 }, { steps: 5 }, { steps: 6 }]);
  expect(sleeper.heard).toEqual(['erased default']);
  const { loop } = await sleeper.client.inspect();
  expect(loop).toMatchObject({ goalState: null, settings, history: { count: settings.retentionLimit ?? 5 } });
  const [first] = await sleeper.client.history();
  expect(Object.keys(first?.action ?? {})).toEqual(['steps', settings.timestampField ?? 'timestamp']);
  expect(sleeper.heard).toHaveLength(1);
});

test('a page that comes back to a loop that nobody erased hears nothing of it, and leaves the settings of a newer one in force', async () => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser, { retentionLimit: 2 });
  await client.record([{ steps: 1 }, { steps: 2 }]);
  page.live('pageshow');
  page.live('pagehide');
  const newer = openTab(browser, { retentionLimit: 50 });
  await newer.client.record([{ steps: 3 }, { steps: 4 }]);
  page.live('pageshow');
  await client.record({ steps: 5 });
  expect(await client.history()).toHaveLength(5);
  expect(heard).toEqual([]);
});

test('a tab that comes back to a changed loop reads, when it is told, what it recorded while it was looked at', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser);
  const other = openTab(browser);
  await client.record({ steps: 1 });
  page.live('pagehide');
  await other.client.record({ steps: 2 });
  const read: Promise<readonly unknown[]>[] = [];
  client.on('changed', () => read.push(client.history()));
  page.live('pageshow');
  await client.record({ steps: 3 });
  await settle();
  expect(await read[0]).toHaveLength(3);
});

test.each([{}, { all: true }])('tabs that keep their own loops in memory leave each other\'s alone, also at an erasure (%j)', async (options) => {
  const browser = createFakeBrowser();
  const open = (id: string) => {
    const page = browser.openPage();
    const createPersistence = () => createMemoryPersistence({ newId: createSequentialIds(id) });
    const client = createClient({ serviceWorker: false, goalState: { steps: 10 } }, { ...page.realm, createPersistence });
    return client;
  };
  const tabs = [open('a'), open('b')] as const;
  const [a, b] = tabs;
  const heard: string[] = [];
  for (const event of ['acknowledged', 'changed', 'erased', 'epoch.reset'] as const) b.on(event, () => heard.push(event));
  for (const tab of tabs) {
    tab.on('nudge', () => undefined);
    await tab.record({ steps: 1 });
  }
  await settle();
  heard.length = 0;
  await a.acknowledge(await a.nudges());
  await a.erase(options);
  await settle();
  expect(heard).toEqual([]);
  expect(b.state()).toMatchObject({ goalState: { steps: 10 }, unacknowledged: [{ seq: 0 }] });
});

test('a forged message of an erasure of all is not believed', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  await client.record({ steps: 1 });
  forger(browser)({ epoch: epochAfterErasure('forged'), event: { type: 'loop.erased', loop: null } });
  await settle();
  await client.history();
  expect(heard).toEqual([]);
  expect(client.state().goalState).toEqual({ steps: 10 });
});

test.each([null, 'default'])('an erasure (%j) in another database, which is heard of while a page connects, takes no goal from it', async (loop) => {
  const browser = createFakeBrowser();
  browser.messages.hold('requests');
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  await settle();
  forger(browser)({ epoch: epochAfterErasure('other'), event: { type: 'loop.erased', loop } });
  await settle();
  browser.messages.release();
  await client.ready;
  expect(heard).toEqual([]);
  expect(client.state().goalState).toEqual({ steps: 10 });
  expect((await client.inspect()).loop.goalState).toEqual({ steps: 10 });
});

describe('a page whose loop was refused, since its state is spoiled,', () => {
  const setUpSpoiled = async () => {
    const storage = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    await storage.write('default', async (transaction) => transaction.writeDocument('state', { revision: 'spoiled' }, 0));
    const { wire, openPage } = createSimulatedBrowser({ start: 0, seed: 1, storage });
    const connect = (options: ClientOptions = {}) => {
      const page = openPage({ hasPorts: false });
      return createClient({ serviceWorker: page.registration, ...options }, page.realm);
    };
    const client = connect({ goalState: { steps: 10 } });
    const heard: unknown[] = [];
    client.on('erased', ({ loop }) => heard.push(loop));
    await expect(client.ready).rejects.toMatchObject({ code: 'message.invalid' });
    return { wire, connect, client, heard };
  };

  test.each([{}, { all: true }])('and that erases (%j) sets no goal afterwards, and hears of it once', async (options) => {
    const { wire, client, heard } = await setUpSpoiled();
    wire.hold('hints');
    await client.erase(options);
    await client.record({ steps: 1 });
    const goals = async () => [client.state().goalState, (await client.inspect()).loop.goalState];
    expect(await goals()).toEqual([null, null]);
    wire.release();
    await settle();
    expect(await goals()).toEqual([null, null]);
    expect(heard).toEqual([options.all ? null : 'default']);
  });

  test('and that hears of an erasure of all sets no goal afterwards, and hears of it once', async () => {
    const { connect, client, heard } = await setUpSpoiled();
    await connect().erase({ all: true });
    await settle();
    await client.record({ steps: 1 });
    expect((await client.inspect()).loop.goalState).toBeNull();
    expect(heard).toEqual([null]);
  });
});

test('a page that was opened behind an erasure of all keeps the goal that it began with, though it hears of that late', async () => {
  const browser = createFakeBrowser();
  const eraser = openTab(browser);
  await eraser.client.record({ steps: 1 });
  await eraser.client.erase({ all: true });
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  await client.ready;
  // The announcement, which a busy page comes to behind its greeting.
  forger(browser)({ epoch: client.state().epoch!, event: { type: 'loop.erased', loop: null } });
  await settle();
  expect(heard).toEqual([]);
  expect(client.state().goalState).toEqual({ steps: 10 });
});

test('an erasure of all is told to a page of which the worker refuses the first loop', async () => {
  const browser = createFakeBrowser({ loops: ['walk'] });
  const [teller, eraser] = [openTab(browser), openTab(browser)].map(({ client }) => client.loop('walk'));
  const heard: unknown[] = [];
  teller!.on('erased', ({ loop }) => heard.push(loop));
  await teller!.record({ steps: 1 });
  await eraser!.erase({ all: true });
  await settle();
  expect(heard).toEqual([null]);
});

test('an erasure of all is told while the tab asks about another, and told once', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser);
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  browser.messages.hold('answers');
  forger(browser)({ epoch: 'epoch-forged', event: { type: 'loop.changed', loop: 'default', revision: 2, outbox: 0 } });
  await settle();
  const erasing = eraser.client.erase({ all: true });
  await settle();
  browser.messages.release();
  await erasing;
  await settle();
  expect([heard, eraser.heard]).toEqual([['erased null'], ['erased null']]);
});

test('a tab that comes back hears of a change only where there was one since it heard of the last', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser);
  const other = openTab(browser);
  await client.record({ steps: 1 });
  await settle();
  const revisions: number[] = [];
  client.on('changed', ({ revision }) => revisions.push(revision));
  const leaveDuring = async (work: () => Promise<unknown>): Promise<void> => {
    page.live('pagehide');
    await work();
    await settle();
    page.live('pageshow');
    await settle();
  };
  await leaveDuring(async () => undefined);
  expect(revisions).toEqual([]);
  await leaveDuring(() => other.client.record({ steps: 2 }));
  expect(revisions).toHaveLength(1);
  await leaveDuring(async () => undefined);
  expect(revisions).toHaveLength(1);
});

test('a tab that comes back twice before the worker answers goes on with its calls', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser);
  await client.record({ steps: 1 });
  browser.messages.hold('answers');
  for (const event of ['pagehide', 'pageshow', 'pagehide', 'pageshow'] as const) page.live(event);
  const recording = client.record({ steps: 2 });
  await settle();
  browser.messages.release();
  expect(await recording).toMatchObject({ count: 1 });
  expect(await client.history()).toHaveLength(2);
});

test('a tab that comes back and gets no answer greets anew, so that nothing is done under the settings of a new life', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser, { retentionLimit: 1 });
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  page.live('pagehide');
  await eraser.client.erase();
  browser.messages.lose('requests');
  page.live('pageshow');
  for (let second = 0; second < 12; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  browser.messages.heal();
  const recording = client.record([{ steps: 2 }, { steps: 3 }]);
  for (let second = 0; second < 8; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  await recording;
  expect(await client.history()).toHaveLength(1);
});

test('a call that is made on hearing that a greeting behind such a look failed tries again', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser);
  await client.record({ steps: 1 });
  page.live('pagehide');
  browser.messages.lose('requests');
  let again: Promise<unknown> | undefined;
  client.on('status', ({ phase }) => {
    if (phase !== 'failed') return;
    browser.messages.heal();
    again ??= client.record({ steps: 2 });
  });
  page.live('pageshow');
  const waiting = client.record({ steps: 3 }).catch(() => undefined);
  for (let second = 0; second < 40; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  await waiting;
  expect(await again).toMatchObject({ count: 1 });
});

test('a tab that comes back to a loop of which a row can\'t be read any more looks twice, and no more', async () => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser);
  await client.record({ steps: 1 });
  await settle();
  const active = activeOf(page);
  const post = active.postMessage.bind(active);
  let looks = 0;
  const revisions: unknown[] = [];
  client.on('changed', ({ revision }) => revisions.push(revision));
  active.postMessage = (...given) => {
    const { client: to, message } = given[0] as RequestEnvelope;
    const { id, path } = (message ?? {}) as { readonly id?: string; readonly path?: readonly string[] };
    if (path?.[0] !== 'inspect') return post(...given);
    looks += 1;
    const refusal = { ok: false, error: { code: 'storage.failed', message: 'a row can not be read' } };
    page.container.dispatchEvent(new MessageEvent('message', { data: replyEnvelope(to, { id, type: 'RAW', value: refusal }) }));
  };
  for (const event of ['pagehide', 'pageshow'] as const) page.live(event);
  for (let second = 0; second < 60; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  expect(looks).toBe(2);
  expect(revisions).toEqual([]);
  expect(await client.record({ steps: 2 })).toMatchObject({ count: 1 });
});

test('a tab that was not told of an erasure, since the worker died then, hears of it with the next change, and gets the nudges of the new life', async () => {
  const browser = createFakeBrowser();
  const eraser = openTab(browser, { goalState: { steps: 10 } });
  const { client, heard } = openTab(browser);
  const seqs: number[] = [];
  client.on('nudge', ({ seq }) => seqs.push(seq));
  for (let steps = 1; steps <= 3; steps += 1) await eraser.client.record({ steps });
  await settle();
  expect(seqs).toEqual([0, 1, 2]);
  browser.messages.lose('hints');
  await eraser.client.erase();
  await settle();
  browser.messages.heal();
  await eraser.client.setGoalState({ steps: 20 });
  await eraser.client.record({ steps: 4 });
  await settle();
  expect(heard).toEqual(['erased default']);
  expect(seqs).toEqual([0, 1, 2, 0]);
});

test('a tab that asked about its loop just before the database was lost is not told later that somebody erased it', async () => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser);
  await client.ready;
  const dispatch = page.container.dispatchEvent.bind(page.container);
  let late = 0;
  page.container.dispatchEvent = (event) => {
    const { data } = event as MessageEvent & { readonly data?: { message?: { value?: { value?: { host?: { incarnation?: string; epoch?: string } } } } } };
    const host = data?.message?.value?.value?.host;
    // Read in the database that is gone, and sent with the name of the one that was made then.
    if (late === 0 && host?.incarnation !== undefined) {
      late += 1;
      Object.assign(host, { incarnation: 'of before', epoch: 'epoch-of-before' });
    }
    return dispatch(event);
  };
  await openTab(browser).client.record({ steps: 1 });
  await settle();
  expect(late).toBe(1);
  for (const event of ['pagehide', 'pageshow'] as const) page.live(event);
  await settle();
  expect(heard).toEqual([]);
});

test.each(['lose', 'hold'] as const)('a call that a tab makes without having heard of an erasure (%s) tells it of that, is taken then, and its nudge is shown and told once', async (how) => {
  const browser = createFakeBrowser();
  const eraser = openTab(browser, { goalState: { steps: 10 } });
  const { client, heard } = openTab(browser);
  const seqs: number[] = [];
  client.on('nudge', ({ seq }) => seqs.push(seq));
  for (let steps = 1; steps <= 3; steps += 1) await eraser.client.record({ steps });
  await settle();
  browser.messages[how]('hints');
  await eraser.client.erase();
  await settle();
  if (how === 'lose') browser.messages.heal();
  browser.messages.hold('hints');
  await eraser.client.setGoalState({ steps: 20 });
  expect(await client.record({ steps: 4 })).toMatchObject({ duplicate: false });
  await settle();
  expect(heard).toEqual(['erased default']);
  browser.messages.release();
  await settle();
  expect(heard).toEqual(['erased default']);
  expect(seqs).toEqual([0, 1, 2, 0]);
  expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([0]);
});

test.each([{}, { all: true }])('a nudge that overtakes the answer to an erasure (%j) of the same tab is shown still, and a goal that does so stands', async (options) => {
  const browser = createFakeBrowser();
  const { page, client } = openTab(browser, { goalState: { steps: 10 } });
  const seqs: number[] = [];
  client.on('nudge', ({ seq }) => seqs.push(seq));
  await client.record([{ steps: 1 }]);
  await client.record([{ steps: 2 }]);
  await settle();
  const dispatch = page.container.dispatchEvent.bind(page.container);
  let answer: Event | undefined;
  page.container.dispatchEvent = (event) => {
    const { data } = event as MessageEvent & { readonly data?: { message?: { value?: { value?: { notifications?: number } } } } };
    if (answer !== undefined || data?.message?.value?.value?.notifications === undefined) return dispatch(event);
    answer = event;
    return true;
  };
  browser.messages.hold('hints');
  const erasing = client.erase(options);
  await client.setGoalState({ steps: 20 });
  await client.record({ steps: 4 });
  expect(seqs).toEqual([0, 1, 0]);
  dispatch(answer!);
  await erasing;
  browser.messages.release();
  await settle();
  expect(seqs).toEqual([0, 1, 0]);
  expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([0]);
  expect(client.state().goalState).toEqual({ steps: 20 });
});

test.each([
  ['of a loop of which an action is stored', true],
  ['of an empty loop', false],
])('an erasure %s is told to the tab that erases by its answer, once, and takes away nothing that the tab called for behind it', async (_what, isFilled) => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser);
  await client.ready;
  client.on('nudge', () => heard.push('nudge'));
  await settle();
  browser.messages.hold('hints');
  if (isFilled) await client.record({ steps: 1 });
  await Promise.all([client.erase(), client.setGoalState({ steps: 20 }), client.record({ steps: 2 })]);
  await settle();
  const seen = () => [heard, client.state().goalState, client.state().unacknowledged.length];
  const expected = [['erased default', 'nudge'], { steps: 20 }, 1];
  expect(seen()).toEqual(expected);
  browser.messages.release();
  await settle();
  expect(seen()).toEqual(expected);
});

test('a nudge whose reading failed comes with the next poll, though nothing is told of it again', async () => {
  const browser = createFakeBrowser();
  const { client } = openTab(browser, { goalState: { steps: 10 } });
  const listener = openTab(browser);
  const seqs: number[] = [];
  listener.client.on('nudge', ({ seq }) => seqs.push(seq));
  await client.record({ steps: 1 });
  await settle();
  expect(seqs).toEqual([0]);
  browser.messages.hold('hints');
  await client.record({ steps: 2 });
  browser.messages.lose('answers');
  browser.messages.release();
  for (let second = 0; second < 12; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  browser.messages.heal();
  await settle();
  expect(seqs).toEqual([0]);
  for (let second = 0; second < 65; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  expect(seqs).toEqual([0, 1]);
});

test('a tab that comes back while its first greeting is under way, which fails then, greets again at the next call', async () => {
  const browser = createFakeBrowser();
  browser.messages.lose('requests');
  const { page, client } = openTab(browser, { fallback: false });
  for (const event of ['pagehide', 'pageshow'] as const) page.live(event);
  for (let second = 0; second < 25; second += 1) {
    await settle();
    browser.clock.advance(1_000);
  }
  await expect(client.ready).rejects.toMatchObject({ code: 'worker.unavailable' });
  browser.messages.heal();
  expect(await client.record({ steps: 1 })).toMatchObject({ count: 1 });
  expect(client.state()).toMatchObject({ phase: 'ready', error: null });
});

test('an answer from before an erasure that comes after its announcement makes it told no second time', async () => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser);
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  await settle();
  browser.messages.hold('answers');
  for (const event of ['pagehide', 'pageshow'] as const) page.live(event);
  await settle();
  const erasing = eraser.client.erase();
  await settle();
  expect(heard).toEqual(['erased default']);
  browser.messages.release();
  await erasing;
  await client.setGoalState({ steps: 30 });
  await client.record({ steps: 2 });
  expect(heard).toHaveLength(1);
  expect(client.state().goalState).toEqual({ steps: 30 });
});

test('an acknowledgement that is sent again, since its answer was lost just before all was erased, raises no alarm', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  const eraser = openTab(browser);
  await client.record({ steps: 1 });
  await eraser.client.ready;
  const nudges = await client.nudges();
  browser.messages.lose('answers');
  const acknowledging = client.acknowledge(nudges);
  await settle();
  browser.messages.heal();
  await eraser.client.erase({ all: true });
  await client.history();
  browser.clock.advance(1_000);
  expect(await acknowledging).toBe(1);
  expect(heard).toEqual(['erased null']);
});

test('a tab that only acknowledges hears of a lost database nevertheless', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  await client.record({ steps: 1 });
  const nudges = await client.nudges();
  // The fake worker keeps its data in memory: to stop it is to destroy the database.
  browser.stopWorker();
  expect(await client.acknowledge(nudges)).toBe(0);
  await settle();
  expect(heard).toEqual(['reset']);
});

test('a tab that only listens gets the first nudge of a new database, from what another tab is told', async () => {
  const browser = createFakeBrowser();
  const { client, heard } = openTab(browser, { goalState: { steps: 10 } });
  const seqs: number[] = [];
  client.on('nudge', ({ seq }) => seqs.push(seq));
  await client.record({ steps: 1 });
  await client.record({ steps: 2 });
  const other = openTab(browser);
  await other.client.ready;
  // The fake worker keeps its data in memory: to stop it is to destroy the database.
  browser.stopWorker();
  browser.messages.hold('hints');
  await other.client.setGoalState({ steps: 20 });
  await other.client.record({ steps: 3 });
  browser.messages.release();
  await settle();
  expect(heard).toEqual(['reset']);
  expect(seqs).toEqual([0, 1, 0]);
  // The goal that it had set in the one before is not put in place of the newer one.
  expect((await other.client.inspect()).loop.goalState).toEqual({ steps: 20 });
});

test('a tab that only listens puts goal and settings into a new database by itself, and hears of what comes then', async () => {
  const browser = createFakeBrowser();
  const { client } = openTab(browser, { goalState: { steps: 10 }, retentionLimit: 7 });
  const causes: string[] = [];
  await client.record({ steps: 1 });
  client.on('nudge', ({ cause }) => causes.push(cause));
  await settle();
  causes.length = 0;
  // A goal is set by some pages; settings are the same in all.
  const other = openTab(browser, { retentionLimit: 7 });
  await other.client.ready;
  browser.stopWorker();
  await other.client.record({ steps: 3 });
  await settle();
  expect((await other.client.inspect()).loop).toMatchObject({ goalState: { steps: 10 }, settings: { retentionLimit: 7 } });
  await other.client.record({ steps: 4 });
  await settle();
  expect(causes).toEqual(['goal', 'actions']);
});

test('hundreds of actions that wait for the first greeting are taken, with a goal that goes before them', async () => {
  const browser = createFakeBrowser();
  const { client } = openTab(browser, { goalState: { steps: 10 } });
  const receipts = await Promise.all(Array.from({ length: 400 }, (_none, steps) => client.record({ steps })));
  expect(receipts.filter(({ duplicate }) => duplicate)).toEqual([]);
  expect(await client.history({ limit: 1_000 })).toHaveLength(400);
});

test('a copy of a first goal that comes late, to a worker that was started anew, does not undo the goal of another tab', async () => {
  const storage = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  const { worker, openPage } = createSimulatedBrowser({ start: 0, seed: 1, storage });
  const connect = (page: SimulatedPage, options: ClientOptions = {}) => createClient({ serviceWorker: page.registration, ...options }, page.realm);
  const page = openPage({ hasPorts: false });
  const sent = listenIn(page);
  await connect(page, { goalState: { steps: 10 } }).ready;
  const copies = [...sent];
  const client = connect(openPage({ hasPorts: false }));
  await client.setGoalState({ steps: 30 });
  worker.kill('now');
  for (const given of copies) activeOf(page).postMessage(...given);
  await settle();
  expect(copies.length).toBeGreaterThan(1);
  expect((await client.inspect()).loop.goalState).toEqual({ steps: 30 });
});

test('a page that comes back to an erased loop hears that, and of no change after it, which would make an app read the loop and so bring it back', async () => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser);
  const other = openTab(browser);
  await client.record({ steps: 1 });
  await settle();
  await client.record({ steps: 2 });
  client.on('changed', () => heard.push('changed'));
  page.live('pagehide');
  await other.client.erase();
  await settle();
  page.live('pageshow');
  await settle();
  expect(heard).toEqual(['erased default']);
});
