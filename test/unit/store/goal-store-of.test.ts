import { goalStoreOf } from 'nudgeloop/store';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';

afterEach(() => vi.useRealTimers());

function setUp(browser = createFakeBrowser()) {
  const open = (options: ClientOptions = {}) => {
    const page = browser.openPage();
    return createClient({ serviceWorker: page.registration, ...options }, page.realm);
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return { browser, open };
}

/** Lets the store look. */
async function pause(): Promise<void> {
  await settle();
  vi.advanceTimersByTime(100);
  await settle();
}

/** A page that shows the goal of another tab, and how often it looked. */
async function showGoalOfOther() {
  const { browser, open } = setUp();
  const client = open();
  const other = open({ goalState: { steps: 10 } });
  await other.ready;
  const inspect = vi.fn<typeof client.inspect>(client.inspect);
  const store = goalStoreOf({ ...client, inspect });
  const stop = store.subscribe(() => undefined);
  await pause();
  expect(store.getSnapshot()).toEqual({ steps: 10 });
  return { browser, client, other, inspect, store, stop };
}

/** A page that shows a goal, and is in the back/forward cache when another tab sets the next one. */
async function sleepThroughGoal() {
  const { browser, open } = setUp();
  const page = browser.openPage();
  const client = createClient({ serviceWorker: page.registration, goalState: { steps: 10 } }, page.realm);
  const other = open();
  const goal = goalStoreOf(client);
  onTestFinished(goal.subscribe(() => undefined));
  await pause();
  page.live('pagehide');
  await other.setGoalState({ steps: 30 });
  return { browser, page, goal };
}

describe('the store of a goal', () => {
  test('shows the stored goal to a page that set none', async () => {
    const { open } = setUp();
    await open({ goalState: { steps: 10 } }).ready;
    const client = open();
    const seen: unknown[] = [];
    const stop = goalStoreOf(client).subscribe((goal) => seen.push(goal));
    await pause();
    expect(client.state().goalState).toBeNull();
    expect(seen).toEqual([null, { steps: 10 }]);
    stop();
  });

  test('shows the goal of the options at once, and the next as soon as it is set', async () => {
    const client = setUp().open({ goalState: { steps: 10 } });
    const seen: unknown[] = [];
    const stop = goalStoreOf(client).subscribe((goal) => seen.push(goal));
    await client.setGoalState({ steps: 20 });
    expect(seen).toEqual([{ steps: 10 }, { steps: 20 }]);
    await pause();
    expect(seen).toHaveLength(2);
    stop();
  });

  test('shows what another tab set while the page was in the back/forward cache', async () => {
    const { page, goal } = await sleepThroughGoal();
    await pause();
    expect(goal.getSnapshot()).toEqual({ steps: 10 });
    page.live('pageshow');
    await pause();
    expect(goal.getSnapshot()).toEqual({ steps: 30 });
  });

  test('shows it too when the worker did not answer at first', async () => {
    const { browser, page, goal } = await sleepThroughGoal();
    browser.messages.lose('requests');
    page.live('pageshow');
    await settle();
    for (let second = 0; second < 10; second += 1) {
      browser.clock.advance(1_000);
      await settle();
    }
    expect(goal.getSnapshot()).toEqual({ steps: 10 });
    browser.messages.heal();
    for (let second = 0; second < 10; second += 1) {
      browser.clock.advance(1_000);
      await pause();
    }
    expect(goal.getSnapshot()).toEqual({ steps: 30 });
  });

  test('is looked at again when a look had no answer', async () => {
    const { open } = setUp();
    await open({ goalState: { steps: 10 } }).ready;
    const client = open();
    await client.ready;
    const inspect = vi.fn(client.inspect).mockRejectedValueOnce(new Error('no answer'));
    const goal = goalStoreOf({ ...client, inspect });
    const stop = goal.subscribe(() => undefined);
    await pause();
    expect(goal.getSnapshot()).toBeNull();
    vi.advanceTimersByTime(10_000);
    await pause();
    expect(goal.getSnapshot()).toEqual({ steps: 10 });
    stop();
  });

  test('follows what another tab sets, and keeps its reference while the goal is equal', async () => {
    const { open } = setUp();
    const client = open({ goalState: { steps: 10 } });
    const other = open();
    const seen: unknown[] = [];
    const stop = goalStoreOf(client).subscribe((goal) => seen.push(goal));
    await other.setGoalState({ steps: 30 });
    await pause();
    const goal = goalStoreOf(client).getSnapshot();
    expect(goal).toEqual({ steps: 30 });
    await other.record({ steps: 1 });
    await pause();
    expect(goalStoreOf(client).getSnapshot()).toBe(goal);
    await client.setGoalState({ steps: 10 });
    expect(seen).toEqual([{ steps: 10 }, { steps: 30 }, { steps: 10 }]);
    stop();
  });

  test('is not set back by a look that began before the goal was set', async () => {
    const client = setUp().open({ goalState: { steps: 10 } });
    await client.ready;
    const inspect = vi.fn<typeof client.inspect>(async () => {
      const inspection = await client.inspect();
      await client.setGoalState({ steps: 20 });
      return inspection;
    });
    const store = goalStoreOf({ ...client, inspect });
    const seen: unknown[] = [];
    const stop = store.subscribe((goal) => seen.push(goal));
    await settle();
    expect(inspect).toHaveBeenCalledTimes(1);
    expect(seen).toEqual([{ steps: 10 }, { steps: 20 }]);
    stop();
  });

  test('shows the goal of another tab that is the stored one, though the own one was answered after it', async () => {
    const { browser, open } = setUp();
    const client = open({ goalState: { steps: 10 } });
    const other = open();
    await Promise.all([client.ready, other.ready]);
    const store = goalStoreOf(client);
    onTestFinished(store.subscribe(() => undefined));
    await pause();
    browser.messages.hold('answers');
    const setting = [client.setGoalState({ steps: 20 })];
    await settle();
    setting.push(other.setGoalState({ steps: 30 }));
    await settle();
    browser.messages.release();
    await Promise.all(setting);
    await pause();
    expect(store.getSnapshot()).toEqual({ steps: 30 });
  });

  test('shows the goal that another tab put into a new database', async () => {
    const { browser, open } = setUp();
    const client = open();
    const other = open({ goalState: { steps: 10 } });
    await Promise.all([client.ready, other.ready]);
    const store = goalStoreOf(client);
    onTestFinished(store.subscribe(() => undefined));
    await pause();
    expect(store.getSnapshot()).toEqual({ steps: 10 });
    browser.stopWorker();
    browser.messages.hold('hints');
    await other.history();
    await settle();
    browser.messages.lose('hints');
    await client.history();
    await pause();
    expect(store.getSnapshot()).toEqual({ steps: 10 });
  });

  test('is empty once the loop is erased, and does not bring it back by looking', async () => {
    const { other, inspect, store, stop } = await showGoalOfOther();
    await other.erase({ all: true });
    await pause();
    expect(store.getSnapshot()).toBeNull();
    expect(inspect).toHaveBeenCalledTimes(1);
    stop();
  });

  test.each(['erased', 'lost'])('does not come back after it was %s while nobody was subscribed', async (how) => {
    const { browser, client, other, inspect, store, stop } = await showGoalOfOther();
    stop();
    expect(store.getSnapshot()).toEqual({ steps: 10 });
    if (how === 'erased') await other.erase({ all: true });
    else {
      browser.stopWorker();
      await client.history();
    }
    await pause();
    expect(store.getSnapshot()).toBeNull();
    expect(inspect).toHaveBeenCalledTimes(1);
    const seen: unknown[] = [];
    onTestFinished(store.subscribe((goal) => seen.push(goal)));
    expect(seen).toEqual([null]);
    if (how === 'erased') return;
    await other.setGoalState({ steps: 20 });
    await pause();
    expect(seen).toEqual([null, { steps: 20 }]);
  });

  test('looks seldom, however often the loop changes, and not at all when nobody is subscribed', async () => {
    const client = setUp().open({ goalState: { steps: 10 } });
    await client.ready;
    const inspect = vi.fn<typeof client.inspect>(client.inspect);
    const store = goalStoreOf({ ...client, inspect });
    const stop = store.subscribe(() => undefined);
    await pause();
    expect(inspect).toHaveBeenCalledTimes(1);
    for (let steps = 0; steps < 50; steps += 1) await client.record({ steps });
    await pause();
    expect(inspect).toHaveBeenCalledTimes(2);
    await client.record({ steps: 1 });
    stop();
    await pause();
    expect(inspect).toHaveBeenCalledTimes(2);
  });

  test('shows what another tab set in a loop that changes all the time, though a look takes longer than the next change', async () => {
    const { open } = setUp();
    const client = open({ goalState: { steps: 10 } });
    const other = open();
    await client.ready;
    await other.setGoalState({ steps: 20 });
    let underWay = 0;
    const inspect = vi.fn<typeof client.inspect>(async () => {
      underWay += 1;
      expect(underWay).toBe(1);
      const inspection = await client.inspect();
      await new Promise((resolve) => setTimeout(resolve, 250));
      underWay -= 1;
      return inspection;
    });
    const store = goalStoreOf({ ...client, inspect });
    const stop = store.subscribe(() => undefined);
    for (let steps = 0; steps < 20; steps += 1) {
      await client.record({ steps });
      await pause();
    }
    expect(store.getSnapshot()).toEqual({ steps: 20 });
    stop();
    const looks = inspect.mock.calls.length;
    for (let n = 0; n < 10; n += 1) await pause();
    expect(inspect).toHaveBeenCalledTimes(looks);
  });

  test('keeps the last goal when a look fails', async () => {
    const client = setUp().open({ goalState: { steps: 10 } });
    await client.ready;
    const inspect = vi.fn<typeof client.inspect>(() => Promise.reject(new Error('no answer')));
    const store = goalStoreOf({ ...client, inspect });
    const stop = store.subscribe(() => undefined);
    await pause();
    expect(inspect).toHaveBeenCalledTimes(1);
    expect(store.getSnapshot()).toEqual({ steps: 10 });
    stop();
  });
});
