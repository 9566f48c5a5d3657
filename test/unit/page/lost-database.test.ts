import { describe, expect, test } from 'vitest';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';
import { openTab } from './open-tab.ts';

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

describe('a client and a worker', () => {
  test('say that the database is another one before they answer from it', async () => {
    // The fake worker keeps its data in memory: to stop it is to destroy the database.
    const { client, browser } = setUp({ goalState: { steps: 10 } });
    await client.record({ steps: 1 });
    const order: string[] = [];
    client.on('epoch.reset', () => order.push('reset'));
    browser.stopWorker();
    await client.history().then((entries) => order.push(`history of ${entries.length}`));
    expect(order).toEqual(['reset', 'history of 0']);
    expect(client.state().unacknowledged).toEqual([]);
  });

  test('record into the new database when the old one is gone, with settings and goal, under a new id', async () => {
    const { client, browser } = setUp({ goalState: { steps: 10 }, retentionLimit: 7 });
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    await client.record({ steps: 1 });
    browser.stopWorker();
    const resets: unknown[] = [];
    client.on('epoch.reset', (event) => resets.push(event));
    expect(await client.record({ steps: 2 })).toMatchObject({ count: 1, duplicate: false, id: expect.stringMatching(/-2$/) });
    expect(resets).toHaveLength(1);
    expect(await client.history()).toHaveLength(1);
    expect((await client.inspect()).loop).toMatchObject({ goalState: { steps: 10 }, settings: { retentionLimit: 7 } });
    expect(nudges.map(({ suggestions }) => suggestions.length)).toEqual([1, 1]);
  });
});
