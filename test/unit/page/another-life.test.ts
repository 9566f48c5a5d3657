import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/testing';
import { expect, test } from 'vitest';
import { epochAfterErasure } from '../../../src/model/epoch.ts';
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

test.each([{}, { retentionLimit: 3 }])('a tab that slept through the erasure of its loop is told, sets no goal again, and records under its own settings (%j)', async (settings) => {
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
  await settle();
  expect(sleeper.heard).toEqual(['erased default']);
  await sleeper.client.record([{ steps: 3 }, { steps: 4 }, { steps: 5 }, { steps: 6 }]);
  const { loop } = await sleeper.client.inspect();
  expect(loop).toMatchObject({ goalState: null, settings, history: { count: settings.retentionLimit ?? 5 } });
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
