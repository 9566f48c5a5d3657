import { describe, expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import { createFakeBrowser, settle } from './fake-browser.ts';

/** A connected client whose worker has its port, and how many messages went which way since. */
async function setUp(workerOptions: WorkerOptions = {}) {
  const browser = createFakeBrowser(workerOptions);
  const page = browser.openPage({ hasPorts: true });
  const client = createClient({ serviceWorker: page.registration, pollInterval: 3_600_000 }, page.realm);
  await client.ready;
  await client.history();
  await settle();
  const byPort = (): number => page.ports.reduce((sum, { sent }) => sum + sent, 0);
  let before = { waking: 0, byPort: 0 };
  const sinceLast = () => {
    const now = { waking: browser.messages.sent('waking'), byPort: byPort() };
    const since = { waking: now.waking - before.waking, byPort: now.byPort - before.byPort };
    before = now;
    return since;
  };
  sinceLast();
  const steps = async () => (await client.history()).map(({ action }) => action['steps']);
  /** Lets time pass as it does: a little at a time. */
  const pass = async (ms: number): Promise<void> => {
    await settle();
    for (let passed = 0; passed < ms; passed += 250) {
      browser.clock.advance(Math.min(250, ms - passed));
      await settle();
    }
  };
  return { browser, page, client, sinceLast, steps, pass };
}

describe('calls to a worker that is awake', () => {
  test('go by the port', async () => {
    const { client, sinceLast } = await setUp();
    await client.record({ steps: 1 });
    await Promise.all([client.record({ steps: 2 }), client.history(), client.nudges()]);
    expect(sinceLast()).toEqual({ waking: 0, byPort: 4 });
  });

  test('go by the message that wakes if they cannot be sent again, or take long', async () => {
    const { client, sinceLast } = await setUp();
    await client.suggestActions([], [{ steps: 1 }]);
    await client.poke();
    await client.import(await client.export());
    await client.erase();
    expect(sinceLast()).toEqual({ waking: 5, byPort: 0 });
  });

  test('are begun in their order, though those by the port overtake the others', async () => {
    const { browser, client, steps, sinceLast } = await setUp();
    browser.messages.hold('waking');
    const poking = client.poke();
    const recording = [client.record({ steps: 1 }), client.record({ steps: 2 })];
    await settle();
    expect(sinceLast()).toEqual({ waking: 1, byPort: 2 });
    browser.messages.release();
    await Promise.all([poking, ...recording]);
    // None was thought lost, and asked for again.
    expect(sinceLast()).toEqual({ waking: 0, byPort: 0 });
    expect(await steps()).toEqual([1, 2]);
  });
});

describe('a worker that does not answer on its port', () => {
  test('is woken after a quarter of a second: each call happens once, in order', async () => {
    const { page, client, steps, sinceLast, pass } = await setUp();
    await client.record({ steps: 0 });
    sinceLast();
    page.ports.at(-1)!.other!.isClosed = true;
    const recording = [1, 2, 3].map((n) => client.record({ steps: n }));
    await settle();
    expect(sinceLast()).toEqual({ waking: 0, byPort: 3 });
    await pass(250);
    recording.push(client.record({ steps: 4 }));
    expect(await Promise.all(recording)).toMatchObject(recording.map(() => ({ count: 1, duplicate: false })));
    expect(sinceLast()).toEqual({ waking: 4, byPort: 0 });
    expect(await steps()).toEqual([0, 1, 2, 3, 4]);
  });

  test('since a call of the same turn cannot be cloned, is sent all others, and only that one is refused', async () => {
    const { client, steps, pass } = await setUp();
    const calls = [client.record({ steps: 1 }), client.import({ format: () => 'a function' }), client.record({ steps: 2 })];
    const ended = Promise.allSettled(calls);
    await pass(250);
    expect(await ended).toMatchObject([{ value: { duplicate: false } }, { reason: { code: 'message.invalid' } }, { value: { duplicate: false } }]);
    expect(await steps()).toEqual([1, 2]);
  });

  test('and was stopped is started by the call', async () => {
    const { browser, client, pass } = await setUp();
    browser.stopWorker();
    const reading = client.history();
    await pass(250);
    await expect(reading).resolves.toEqual([]);
    expect(browser.starts()).toBe(2);
  });

  test('and was only slow runs nothing twice', async () => {
    const { page, client, steps, pass, sinceLast } = await setUp();
    // Its answers don't arrive.
    page.ports[0]!.other!.other = undefined;
    const recording = client.record({ steps: 1 });
    await pass(250);
    expect(await recording).toMatchObject({ count: 1, duplicate: true });
    expect(sinceLast()).toEqual({ waking: 1, byPort: 1 });
    expect(await steps()).toEqual([1]);
  });

  test('is offered another port once the time of the last is over, not before', async () => {
    const { page, client, pass, sinceLast } = await setUp();
    page.ports.at(-1)!.other!.isClosed = true;
    const reading = client.history();
    await pass(250);
    await reading;
    sinceLast();
    await client.history();
    expect(sinceLast()).toEqual({ waking: 1, byPort: 0 });
    await pass(9_750);
    await client.history();
    await settle();
    await client.history();
    expect(sinceLast()).toEqual({ waking: 2, byPort: 1 });
  });

  test('because it is of an older version is asked as ever, and offered a port once in ten seconds', async () => {
    const browser = createFakeBrowser();
    const page = browser.openPage({ hasPorts: true });
    // What it does not know is nothing to it.
    const { active } = page.registration as unknown as { active: { postMessage: (data: { kind: string }, ...rest: never[]) => void } };
    const send = active.postMessage;
    let offers = 0;
    active.postMessage = (data, ...rest) => (data.kind === 'wake' ? void (offers += 1) : send(data, ...rest));
    const client = createClient({ serviceWorker: page.registration, pollInterval: 3_600_000 }, page.realm);
    for (let second = 0; second < 25; second += 1) {
      expect(await client.record({ steps: second })).toMatchObject({ count: 1 });
      browser.clock.advance(1_000);
      await settle();
    }
    expect(offers).toBe(3);
    expect(page.ports.map(({ sent }) => sent)).toEqual([0, 0, 0]);
    expect(page.ports.slice(0, 2).every(({ isClosed }) => isClosed)).toBe(true);
  });
});

describe('a port', () => {
  test('has ten seconds, then the worker is woken and gets another: a browser stops one that had no event for thirty', async () => {
    const { client, page, pass, sinceLast } = await setUp();
    for (let second = 0; second < 30; second += 1) {
      await client.history();
      await pass(1_000);
    }
    // Each time one call, and the new port behind it.
    expect(sinceLast()).toEqual({ waking: 4, byPort: 28 });
    expect(page.ports.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  });

  test('is not used for longer because the clock was set back, nor when it says that the time is over', async () => {
    const { browser, client, page, sinceLast, pass } = await setUp();
    const { now } = browser.clock;
    Object.assign(browser.clock, { now: () => now() - 9_000 });
    await client.history();
    expect(sinceLast()).toEqual({ waking: 0, byPort: 1 });
    await pass(10_000);
    await client.history();
    expect(sinceLast()).toEqual({ waking: 2, byPort: 0 });
    await settle();
    // By so much it says nothing of how long ago the port was given; and the timers of a hidden page come late.
    for (const offset of [10_000, -86_400_000]) {
      Object.assign(browser.clock, { now: () => now() + offset });
      await client.history();
      expect(sinceLast()).toEqual({ waking: 1, byPort: 0 });
    }
    expect(page.ports).toHaveLength(2);
  });

  test('is not used once another worker is active', async () => {
    const { page, client, sinceLast } = await setUp();
    page.replaceWorker();
    await client.history();
    expect(sinceLast()).toEqual({ waking: 2, byPort: 0 });
    await settle();
    await client.history();
    expect(sinceLast()).toEqual({ waking: 0, byPort: 1 });
    expect(page.ports.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test('is offered to another worker by the first new call, not by those that are sent again', async () => {
    const { page, client, sinceLast } = await setUp();
    page.ports.at(-1)!.other!.isClosed = true;
    const waiting = [client.history(), client.history(), client.history()];
    await settle();
    page.replaceWorker();
    page.container.dispatchEvent(new Event('controllerchange'));
    await Promise.all(waiting);
    await client.history();
    await settle();
    expect(sinceLast()).toEqual({ waking: 5, byPort: 3 });
    await client.history();
    expect(sinceLast()).toEqual({ waking: 0, byPort: 1 });
  });

  test('is closed when the page is left, for the cache or for good, and made anew when it comes back', async () => {
    const { page, client, sinceLast } = await setUp();
    page.live('pagehide');
    expect(page.ports.map(({ isClosed }) => isClosed)).toEqual([true]);
    await client.record({ steps: 1 });
    expect(sinceLast()).toEqual({ waking: 1, byPort: 0 });
    expect(page.ports).toHaveLength(1);
    page.live('pageshow');
    await client.history();
    await settle();
    sinceLast();
    await client.history();
    expect(sinceLast()).toEqual({ waking: 0, byPort: 1 });
  });

  test('is closed with the client', async () => {
    const { page, client } = await setUp();
    client.dispose();
    expect(page.ports.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  test('carries no call that would end with its page: a slow strategy makes the page wake the worker, once', async () => {
    const going: (() => void)[] = [];
    const strategy = { suggestActions: () => new Promise<never[]>((resolve) => going.push(() => resolve([]))) };
    const { client, sinceLast, pass, browser } = await setUp({ strategy });
    await client.setGoalState({ steps: 10 });
    await client.record({ steps: 1 });
    await settle();
    // It runs already, and the browser was asked to come back for it.
    expect(going).toHaveLength(1);
    await pass(3_000);
    expect(browser.syncTags).toHaveLength(1);
    // That, a poke after a second, since work was left, and the question whether the worker still is at it.
    expect(sinceLast()).toEqual({ waking: 3, byPort: 2 });
    going.splice(0).forEach((go) => go());
    await pass(3_000);
    expect(sinceLast()).toEqual({ waking: 0, byPort: 0 });
  });
});
