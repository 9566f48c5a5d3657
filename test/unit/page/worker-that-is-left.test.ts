import { describe, expect, test } from 'vitest';
import type { StrategyFactory } from '../../../src/loop/strategies/strategy-registry.ts';
import { setUp } from './takeover-harness.ts';

/** Never answers. */
const hanging: StrategyFactory = () => ({ suggestActions: () => new Promise(() => undefined) });

type Refused = { readonly code: string; readonly details: { readonly sent?: boolean } };

/** What a call is refused with, and whether it says that it was sent. */
const refusalOf = (call: Promise<unknown>) => call.then(() => 'not refused', ({ code, details }: Refused) => [code, details.sent]);

/** Whose call a message to the worker makes. */
const methodIn = (data: unknown): string | undefined => (data as { readonly message?: { readonly path?: readonly string[] } }).message?.path?.[0];

describe('when a silent worker is left', () => {
  test('a call that is made in that very turn, by who listens to the status of another loop, is made in the page', async () => {
    const { connect, mute, pass, takeOver } = setUp({ strategy: { type: 'unknown' } });
    const client = connect();
    const other = client.loop('other');
    await other.record({ steps: 1 });
    expect(client.state().phase).toBe('failed');
    const recorded: Promise<unknown>[] = [];
    client.on('status', ({ phase }) => phase === 'connecting' && recorded.push(other.record({ steps: 2 })));
    takeOver(mute('installing'));
    await pass(6_000);
    expect(recorded).not.toEqual([]);
    for (const each of recorded) expect(await each).toMatchObject({ loop: 'other', durable: true });
    await pass(250);
    expect(other.state().host).toBe('page');
    client.dispose();
  });

  test('a call is made in the page, though a greeting was on its way behind it', async () => {
    const { connect, mute, pass, takeOver, page, storage } = setUp();
    const { postMessage } = page.registration.active!;
    const client = connect();
    await client.record({ steps: 1 });
    const epoch = await storage.epoch();
    // A worker that tells of another database, so that the page greets it, and says nothing more.
    storage.epoch = async () => `${epoch}-lost`;
    takeOver(Object.assign(mute('installing'), { postMessage: (data: unknown, ...given: []) => methodIn(data) === 'nudges' && postMessage(data, ...given) }));
    const called = client.history();
    await pass(1_000);
    storage.epoch = async () => epoch;
    takeOver(mute('installing'));
    await pass(6_000);
    expect(await called).toMatchObject([{ action: { steps: 1 } }]);
    client.dispose();
  });

  test('and the page must not host the loop, the error of each call says whether it was sent', async () => {
    const { connect, mute, pass, takeOver } = setUp({ fallback: false });
    const client = connect();
    await client.record({ steps: 1 });
    takeOver(mute('installing'));
    // An erasure is sent once what was asked before it has its answer.
    const refused = Promise.all([client.record({ steps: 2 }), client.suggestActions([], [{ steps: 3 }]), client.erase()].map(refusalOf));
    await pass(25_000);
    expect(await refused).toEqual([['worker.unavailable', true], ['worker.unavailable', true], ['worker.unavailable', false]]);
    client.dispose();
  });

  test('and the app ends the client before there is another host, the error of each call says whether it was sent', async () => {
    const { connect, mute, pass, takeOver } = setUp({ fallback: false });
    const client = connect();
    await client.record({ steps: 1 });
    takeOver(mute('installing'));
    const refused = Promise.all([client.record({ steps: 2 }), client.erase()].map(refusalOf));
    await pass(6_000);
    client.dispose();
    expect(await refused).toEqual([['client.disposed', true], ['client.disposed', false]]);
  });
});

test('a worker that takes over is not left for having been asked nothing, since as many suggestions as may be are under way', async () => {
  const { connect, mute, pass, takeOver, page, logged } = setUp({ strategy: { type: 'hanging' } }, { strategies: { hanging }, strategyDeadline: 60_000 });
  const { postMessage } = page.registration.active!;
  const client = connect();
  await client.ready;
  const suggested = Promise.allSettled(Array.from({ length: 256 }, () => client.suggestActions([], [{ steps: 1 }])));
  await pass(1_000);
  takeOver(Object.assign(mute('installing'), { postMessage }));
  const recorded = client.record({ steps: 2 });
  await pass(20_000);
  await suggested;
  expect(client.state().host).toBe('service-worker');
  expect(logged.filter((line) => line.startsWith('worker.fallback'))).toEqual([]);
  await recorded.catch(() => undefined);
  client.dispose();
});

test('a worker that was removed and has no successor is looked for when something is called, and not again and again; after four seconds the page hosts the loop', async () => {
  const { connect, pass, page, registration, logged } = setUp({ pollInterval: 3_600_000 });
  const client = connect();
  await client.ready;
  let looks = 0;
  const { getRegistration } = page.container as unknown as { getRegistration: () => Promise<unknown> };
  Object.assign(page.container, { getRegistration: () => ((looks += 1), getRegistration()) });
  registration.active!.state = 'redundant';
  const recorded = client.record({ steps: 1 });
  await pass(3_750);
  expect(client.state().host).toBe('service-worker');
  await pass(60_000);
  expect(await recorded).toMatchObject({ durable: true, duplicate: false });
  expect(looks).toBe(1);
  expect(logged).toContain('worker.fallback inactive');
  client.dispose();
});

test('a worker that was removed, and has a successor within four seconds, is not left', async () => {
  const { connect, mute, pass, takeOver, registration } = setUp();
  const { postMessage } = registration.active!;
  const client = connect();
  await client.ready;
  registration.active!.state = 'redundant';
  const recorded = client.record({ steps: 1 });
  await pass(3_000);
  takeOver(Object.assign(mute('installing'), { postMessage }));
  await pass(8_000);
  expect(await recorded).toMatchObject({ duplicate: false });
  expect(client.state().host).toBe('service-worker');
  client.dispose();
});

test('a search for a worker that goes on after its page has become the host does not have the page leave itself', async () => {
  const { connect, mute, pass, takeOver, registration, logged, storage } = setUp();
  const client = connect();
  await client.ready;
  const next = mute('installing');
  takeOver(next);
  await pass(4_000);
  // Removed just before it is left: the search begins, which ends when another one is active.
  next.state = 'redundant';
  registration.installing = mute('installing');
  const recorded = client.record({ steps: 1 });
  await pass(1_500);
  await recorded;
  expect(client.state().host).toBe('page');
  // As on a busy disk. A host that is asked something meanwhile says nothing.
  const { read } = storage;
  let isSlow = true;
  const slow: (() => void)[] = [];
  storage.read = (async (...given: Parameters<typeof read>) => {
    if (isSlow) await new Promise<void>((go) => void slow.push(go));
    return read(...given);
  }) as typeof read;
  registration.active = Object.assign(registration.installing, { state: 'activated' });
  registration.active.dispatchEvent(new Event('statechange'));
  await pass(7_000);
  expect(logged.filter((line) => line.startsWith('worker.fallback'))).toEqual(['worker.fallback no-answer']);
  isSlow = false;
  slow.forEach((go) => go());
  client.dispose();
});

describe('when the registration of the app\'s own is gone, with the site\'s data', () => {
  /** A client whose worker the browser has removed. */
  async function setUpGone(fallback: boolean) {
    const { connect, pass, page, registration, logged } = setUp({ fallback });
    const client = connect();
    await client.record({ steps: 1 });
    registration.active!.state = 'redundant';
    const there: { now?: unknown } = {};
    Object.assign(page.container, { getRegistration: async () => there.now });
    return { client, pass, page, logged, there };
  }

  test('the page hosts the loop, and says why', async () => {
    const { client, pass, logged } = await setUpGone(true);
    const calls = [client.record({ steps: 2 }), client.suggestActions([], [{ steps: 3 }])];
    await pass(1_000);
    expect(await Promise.all(calls)).toMatchObject([{ durable: true }, {}]);
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'page', fallbackReason: 'unregistered' });
    expect(logged.filter((line) => line.startsWith('worker.'))).toEqual(['worker.fallback unregistered']);
    client.dispose();
  });

  test('and the page must not host the loop, each call says so until the app registers again', async () => {
    const { client, pass, there } = await setUpGone(false);
    for (const steps of [2, 3]) {
      const refused = refusalOf(client.record({ steps }));
      await pass(1_000);
      expect(await refused).toEqual(['worker.unavailable', false]);
    }
    expect(client.state()).toMatchObject({ phase: 'failed', error: { details: { reason: 'unregistered' } } });
    there.now = Object.assign(new EventTarget(), { active: { state: 'activated', postMessage: () => undefined }, installing: null, waiting: null, scope: 'https://app.example/nudgeloop/' });
    const answer = refusalOf(client.record({ steps: 4 }));
    await pass(1_000);
    // There is a worker again, which in this test says nothing.
    expect(client.state().phase).toBe('connecting');
    client.dispose();
    expect(await answer).toEqual(['client.disposed', false]);
  });
});
