import { describe, expect, test } from 'vitest';
import type { Nudge } from '../../../src/model/nudge.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';
import { openClient, setUp } from './open-client.ts';
import { openTab } from './open-tab.ts';

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

test('a nudge that another tab acknowledged does not come after that was told, though the answer that has it was on its way', async () => {
  const browser = createFakeBrowser();
  const { client: other } = openTab(browser, { goalState: { steps: 10 } });
  const { client } = openTab(browser);
  await Promise.all([other.ready, client.ready]);
  const events: string[] = [];
  client.on('nudge', ({ seq }) => events.push(`nudge ${seq}`));
  client.on('acknowledged', ({ seqs }) => events.push(`gone ${seqs.join()}`));
  await settle();
  browser.messages.hold('hints');
  await other.record({ steps: 1 });
  const [nudge] = await other.nudges();
  // What the tab reads on the hint comes with its second question only, and says what was so at the first.
  browser.messages.lose('answers');
  browser.messages.release();
  await settle();
  const acknowledged = other.acknowledge(nudge!);
  await settle();
  expect(events).toEqual(['gone 0']);
  browser.messages.heal();
  for (let second = 0; second < 5; second += 1) {
    browser.clock.advance(1_000);
    await settle();
  }
  expect(await acknowledged).toBe(1);
  expect([events, client.state().unacknowledged]).toEqual([['gone 0'], []]);
  await other.record({ steps: 2 });
  await settle();
  expect(events).toEqual(['gone 0', 'nudge 1']);
});

describe('a client and a worker', () => {
  test('turn a recorded action into a nudge, with calls made before the connection', async () => {
    const { client } = setUp({ goalState: { steps: 10_000 } });
    const nudges: Nudge[] = [];
    client.on('nudge', (nudge) => nudges.push(nudge));
    expect(client.state().phase).toBe('connecting');
    const receipt = await client.record({ steps: 4_000 });
    expect(receipt).toMatchObject({ loop: 'default', count: 1, duplicate: false, durable: false });
    expect(nudges).toMatchObject([{ seq: 0, cause: 'actions', suggestions: [{ steps: expect.any(Number) }], goalState: { steps: 10_000 } }]);
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null, unacknowledged: nudges });
    expect(await client.ready).toMatchObject({ host: 'service-worker' });
  });

  test('acknowledge once between them, and tell every tab', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const seen: string[] = [];
    client.on('nudge', ({ seq }) => seen.push(`one ${seq}`));
    other.on('nudge', ({ seq }) => seen.push(`two ${seq}`));
    other.on('acknowledged', ({ seqs }) => seen.push(`gone ${seqs.join()}`));
    await other.ready;
    await client.record({ steps: 1 });
    await settle();
    expect(seen).toEqual(['one 0', 'two 0']);
    const [nudge] = await client.nudges();
    expect(await Promise.all([client.acknowledge(nudge!), other.acknowledge(nudge!)])).toEqual([1, 0]);
    await settle();
    expect(seen.at(-1)).toBe('gone 0');
    expect(other.state().unacknowledged).toEqual([]);
    expect(await other.nudges()).toEqual([]);
  });

  test('keep a nudge for the first listener, however late it comes', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    await client.record({ steps: 1 });
    await client.record({ steps: 2 });
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    await settle();
    await client.record({ steps: 3 });
    expect(seqs).toEqual([0, 1, 2]);
  });

  test('deliver again after a loop was erased, though its numbers begin anew', async () => {
    const { client } = setUp();
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    for (const round of [1, 2]) {
      await client.setGoalState({ steps: 10 });
      await client.record({ steps: round });
      await settle();
      if (round === 1) await client.erase();
    }
    expect(seqs).toEqual([0, 0]);
  });

  test('judge anew when the goal changes, and do nothing when it does not', async () => {
    const { client } = setUp({ goalState: { steps: 10 } });
    const causes: string[] = [];
    client.on('nudge', ({ cause }) => causes.push(cause));
    await client.record({ steps: 4 });
    expect(await client.setGoalState({ steps: 20 })).toEqual({ changed: true });
    expect(await client.setGoalState({ steps: 20 })).toEqual({ changed: false });
    await settle();
    expect(causes).toEqual(['actions', 'goal']);
    await expect(client.setGoalState([] as never)).rejects.toMatchObject({ code: 'goal.invalid' });
  });

  test('catch up when the page comes back from the cache, where nothing was heard', async () => {
    const { browser, page, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const seqs: number[] = [];
    client.on('nudge', ({ seq }) => seqs.push(seq));
    await client.ready;
    await settle();
    page.live('pagehide');
    await other.record({ steps: 1 });
    await other.record({ steps: 2 });
    await settle();
    expect(seqs).toEqual([]);
    page.live('pageshow');
    await settle();
    expect(seqs).toEqual([0, 1]);
  });

  test('show no nudge that another tab acknowledged while the page slept', async () => {
    const { browser, page, client } = setUp({ goalState: { steps: 10 } });
    const other = openClient(browser.openPage());
    const gone: (readonly number[])[] = [];
    client.on('nudge', () => undefined);
    client.on('acknowledged', ({ seqs }) => gone.push(seqs));
    await client.record({ steps: 1 });
    await client.record({ steps: 2 });
    await other.ready;
    page.live('pagehide');
    const [first] = await other.nudges();
    await other.acknowledge(first!);
    await settle();
    expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([0, 1]);
    page.live('pageshow');
    await settle();
    expect(client.state().unacknowledged.map(({ seq }) => seq)).toEqual([1]);
    expect(gone).toEqual([[0]]);
  });

  test('report a listener that throws, and call the others', async () => {
    const { browser, client } = setUp({ goalState: { steps: 10 } });
    const heard: string[] = [];
    client.on('nudge', () => {
      throw new Error('mine');
    });
    client.on('nudge', () => heard.push('nudge'));
    client.on('log', ({ code }) => heard.push(code));
    await client.record({ steps: 1 });
    expect(heard).toEqual(expect.arrayContaining(['listener.failed', 'nudge']));
    expect(() => browser.clock.advance(0)).toThrow('mine');
  });

  test('poke at the poll interval while the page is visible, and only then', async () => {
    const { browser, page, client } = setUp({ pollInterval: 30_000 });
    await client.ready;
    await settle();
    const sent = browser.messages.sent('requests');
    browser.clock.advance(30_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(1);
    page.setVisible(false);
    browser.clock.advance(300_000);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(1);
    page.setVisible(true);
    await settle();
    expect(browser.messages.sent('requests') - sent).toBe(2);
  });
});
