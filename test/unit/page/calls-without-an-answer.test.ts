import { describe, expect, test } from 'vitest';
import type { ActionSource } from '../../../src/loop/sources/action-source.ts';
import { createTestLoop } from 'nudgeloop/testing';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { setUp } from './open-client.ts';

describe('a client and a worker', () => {
  test('survive lost messages: the call is sent again and counts once', async () => {
    const { client, browser } = setUp({ goalState: { steps: 10 } });
    await client.ready;
    browser.messages.lose('requests');
    const recording = client.record({ steps: 1 });
    await settle();
    browser.messages.heal();
    browser.clock.advance(1_000);
    expect(await recording).toMatchObject({ count: 1, duplicate: false });
    expect(await client.history()).toHaveLength(1);
  });

  test('do not run a call twice when its copy overtakes an answer that is still worked for', async () => {
    // A source is asked at each poke that is run; whatever a strategy did, the next poke would find nothing left.
    const asked: (() => void)[] = [];
    let isSlow = false;
    const source: ActionSource = {
      name: 'asked',
      async poll(cursor) {
        await new Promise<void>((resolve) => (isSlow ? asked.push(resolve) : resolve()));
        return { actions: isSlow ? [{ steps: 1 }] : [], cursor };
      },
    };
    const { client, browser } = setUp({}, createFakeBrowser({ sources: [source] }));
    // The page pokes by itself when it has connected.
    await client.ready;
    await settle();
    isSlow = true;
    const sent = browser.messages.sent('requests');
    browser.messages.hold('answers');
    // At a hint the page would read, and what it sends is counted.
    browser.messages.lose('hints');
    const poking = client.poke();
    await settle();
    browser.clock.advance(1_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(2);
    for (const go of asked) go();
    browser.messages.release();
    expect(await poking).toMatchObject({ polled: 1 });
    await settle();
    expect(asked).toHaveLength(1);
    expect(await client.history()).toMatchObject([{ action: { steps: 1 } }]);
  });

  test('say of a call that was taken before the worker died, and refused when it was sent again, that it may have been taken', async () => {
    const loop = createTestLoop();
    await loop.client.ready;
    loop.killWorker('after-commit');
    const recording = loop.client.record({ steps: 1 }).catch((error: unknown) => error);
    await loop.settle();
    // Another tab keeps an older version of the database open, so the next worker can't look for the receipt.
    loop.storage.failReads('storage.blocked');
    await loop.advance(1_000);
    expect(await recording).toMatchObject({ code: 'storage.blocked', details: { resent: true } });
    loop.storage.heal();
    expect(await loop.client.history()).toHaveLength(1);
    loop.storage.failWrites('storage.blocked');
    const refused = await loop.client.record({ steps: 2 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'storage.blocked' });
    expect(refused).not.toHaveProperty('details.resent');
  });

  test('let no call hang when the worker never answers', async () => {
    const { client, browser } = setUp();
    await client.ready;
    browser.messages.lose('requests');
    const sent = browser.messages.sent('requests');
    const reading = client.history();
    const suggesting = client.suggestActions([], [{ steps: 1 }]);
    const failed = Promise.allSettled([reading, suggesting]);
    for (let second = 0; second < 11; second += 1) {
      await settle();
      browser.clock.advance(1_000);
    }
    expect(await failed).toMatchObject([
      { status: 'rejected', reason: { code: 'call.timeout', details: { call: 'history' } } },
      { status: 'rejected', reason: { code: 'call.timeout', details: { call: 'suggestActions' } } },
    ]);
    // 4 copies of the one, 1 of the other: a suggestion extends the history each time.
    expect(browser.messages.sent('requests') - sent).toBe(5);
  });

  test('wake the worker again after it was stopped', async () => {
    const { client, browser } = setUp();
    await client.ready;
    browser.stopWorker();
    await expect(client.poke()).resolves.toMatchObject({ processed: 0 });
    expect(browser.starts()).toBe(2);
  });

  test('end with dispose: waiting and later calls reject, and it may be called twice', async () => {
    const { browser, client } = setUp();
    await client.ready;
    browser.messages.lose('requests');
    const waiting = client.history();
    await settle();
    client.dispose();
    client.dispose();
    await expect(waiting).rejects.toMatchObject({ code: 'client.disposed' });
    await expect(client.record({ steps: 1 })).rejects.toMatchObject({ code: 'client.disposed' });
    expect(client.state().phase).toBe('disposed');
    expect(client.loop('late').state().phase).toBe('disposed');
    const sent = browser.messages.sent('requests');
    browser.clock.advance(600_000);
    await settle();
    expect(browser.messages.sent('requests')).toBe(sent);
  });

  test('end with dispose even before the connection', async () => {
    const { browser, client } = setUp();
    browser.messages.lose('requests');
    const waiting = client.record({ steps: 1 });
    client.dispose();
    await expect(waiting).rejects.toMatchObject({ code: 'client.disposed' });
    await expect(client.ready).rejects.toMatchObject({ code: 'client.disposed' });
  });
});
