import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import type { SimulatedPage } from '../../../src/testing/browser/simulated-page.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { activeOf, forger, openTab } from './open-tab.ts';

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
