import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { epochAfterErasure } from '../../../src/model/epoch.ts';
import { createClient } from '../../../src/page/client.ts';
import type { BroadcastEnvelope } from '../../../src/protocol/events.ts';
import { channelName } from '../../../src/protocol/version.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';
import { forger, openTab } from './open-tab.ts';

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

describe('a client and a worker', () => {
  test('ignore what somebody else says on the channel', async () => {
    const { page, client, browser } = setUp({ goalState: { steps: 10 } });
    await client.ready;
    const stranger = page.realm.openChannel(channelName('nudgeloop'));
    const sent = browser.messages.sent('requests');
    for (const message of [null, 7, { nudgeloop: 1, epoch: 'x' }, { nudgeloop: 99, epoch: 'x', event: { type: 'from.the.future' } }]) {
      stranger?.postMessage(message);
    }
    await settle();
    expect(browser.messages.sent('requests')).toBe(sent);
    expect(client.state().phase).toBe('ready');
  });
});
