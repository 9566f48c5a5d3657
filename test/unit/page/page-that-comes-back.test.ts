import { expect, test } from 'vitest';
import { replyEnvelope, type RequestEnvelope } from '../../../src/protocol/envelope.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { activeOf, openTab } from './open-tab.ts';

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

test.each(['before it sleeps', 'while it sleeps'])('a tab that comes back hears of a change after an erasure %s, also where the new life has as many changes as the old one', async (when) => {
  const browser = createFakeBrowser();
  const { page, client, heard } = openTab(browser);
  const other = openTab(browser);
  await client.record({ steps: 1 });
  await other.client.ready;
  await settle();
  client.on('changed', ({ revision }) => heard.push(`changed ${revision}`));
  const { revision } = (await client.inspect()).loop;
  if (when === 'before it sleeps') await client.erase();
  page.live('pagehide');
  if (when === 'while it sleeps') await other.client.erase();
  await other.client.record({ steps: 2 });
  await settle();
  expect((await other.client.inspect()).loop.revision).toBe(revision);
  page.live('pageshow');
  await settle();
  expect(heard).toEqual(['erased default', `changed ${revision}`]);
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
