import { describe, expect, test } from 'vitest';
import type { Nudge } from '../../../src/model/nudge.ts';
import { channelName } from '../../../src/protocol/version.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { openClient, setUp } from './open-client.ts';

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

  test('stay erased in a tab that slept through it: no alarm, and no goal put back', async () => {
    const browser = createFakeBrowser();
    const [sleeper, eraser] = [browser.openPage(), browser.openPage()];
    const one = openClient(sleeper, { goalState: { weight: 60 } });
    await one.record({ weight: 80 });
    const two = openClient(eraser);
    await two.ready;
    const heard: string[] = [];
    one.on('epoch.reset', () => heard.push('reset'));
    one.on('erased', () => heard.push('erased'));
    sleeper.live('pagehide');
    await two.erase({ all: true });
    await settle();
    sleeper.live('pageshow');
    await one.history();
    await settle();
    expect(heard).toEqual(['erased']);
    expect((await two.inspect()).loop.goalState).toBeNull();
  });

  test('erase everywhere, tell every tab, and announce no lost database', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    await other.ready;
    await client.record({ steps: 1 });
    const heard: string[] = [];
    for (const one of [client, other]) {
      one.on('erased', ({ loop }) => heard.push(`erased ${loop}`));
      one.on('epoch.reset', () => heard.push('reset'));
    }
    expect(await client.erase({ all: true })).toMatchObject({ loops: ['default'], actions: 1, nudges: 1 });
    await settle();
    expect(heard).toEqual(['erased null', 'erased null']);
    expect(await other.history()).toEqual([]);
    expect((await client.inspect()).loop.goalState).toBeNull();
    expect(heard).toHaveLength(2);
  });

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
