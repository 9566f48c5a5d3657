import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../../src/log/log.ts';
import { isRequestEnvelope, replyEnvelope } from '../../../src/protocol/envelope.ts';
import { settle } from './fake-browser.ts';
import { setUp } from './takeover-harness.ts';

describe('a page whose worker gives way to one that runs no loops', () => {
  test('goes on by itself: what was called is done, once, and what happened before is there', async () => {
    const { connect, mute, pass, takeOver, browser, logged } = setUp({ goalState: { steps: 10 } });
    const client = connect();
    await client.record({ steps: 1 });
    // Taken by the worker of before, which did not come to say so.
    browser.wire.lose('answers');
    const calls = [client.record({ steps: 2 })];
    await settle();
    browser.wire.heal();
    takeOver(mute('installing'));
    calls.push(client.record({ steps: 3 }));
    await pass(6_000);
    expect(await Promise.all(calls)).toMatchObject([{ duplicate: true }, { duplicate: false }]);
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'page', fallbackReason: 'no-answer', goalState: { steps: 10 } });
    expect((await client.history()).map(({ action }) => action['steps'])).toEqual([1, 2, 3]);
    expect(await client.nudges()).toHaveLength(3);
    expect(logged.filter((line) => line.startsWith('worker.fallback'))).toEqual(['worker.fallback no-answer']);
    client.dispose();
  });

  test('goes on with each loop, and with nothing called meanwhile', async () => {
    const { connect, mute, pass, takeOver, page } = setUp();
    const client = connect();
    const other = client.loop('other');
    await Promise.all([client.record({ steps: 1 }), other.record({ steps: 2 })]);
    takeOver(mute('installing'));
    await pass(3_000);
    // As when it claims the pages late: nothing that the worker says to them.
    page.container.dispatchEvent(new Event('controllerchange'));
    await pass(9_000);
    expect([client.state().host, other.state().host]).toEqual(['page', 'page']);
    await other.record({ steps: 3 });
    expect([(await client.history()).length, (await other.history()).length]).toEqual([1, 2]);
    client.dispose();
  });

  test('goes on with a loop that was opened meanwhile', async () => {
    const { connect, mute, pass, takeOver } = setUp();
    const client = connect();
    await client.ready;
    takeOver(mute('installing'));
    await pass(1_000);
    const recorded = client.loop('late').record({ steps: 1 });
    await pass(11_000);
    expect(await recorded).toMatchObject({ loop: 'late', duplicate: false });
    client.dispose();
  });

  test('refuses a call that must not be made twice, and says why', async () => {
    const { connect, mute, pass, takeOver } = setUp();
    const client = connect();
    await client.record({ steps: 1 });
    takeOver(mute('installing'));
    const suggested = client.suggestActions([], [{ steps: 2 }]).catch(({ code, details }: { code: string; details: object }) => ({ code, details }));
    // Not sent before what is asked first has its answer, and so made in the page.
    const erased = client.erase();
    await pass(6_000);
    expect(await suggested).toMatchObject({ code: 'worker.unavailable', details: { reason: 'no-answer' } });
    expect(await erased).toMatchObject({ actions: 1 });
    client.dispose();
  });

  test('fails, where it must not host them, until there is one that does', async () => {
    const { connect, mute, pass, takeOver, page } = setUp({ fallback: false });
    const { postMessage } = page.registration.active!;
    const client = connect();
    await client.record({ steps: 1 });
    takeOver(mute('installing'));
    const refused = client.record({ steps: 2 }).catch(({ code }: { code: string }) => code);
    await pass(25_000);
    expect([await refused, client.state().phase]).toEqual(['worker.unavailable', 'failed']);
    takeOver(Object.assign(mute('installing'), { postMessage }));
    const recorded = client.record({ steps: 3 });
    await pass(2_000);
    await recorded;
    expect(client.state()).toMatchObject({ phase: 'ready', host: 'service-worker' });
    client.dispose();
  });

  test('stays with one that runs them, however often workers follow each other', async () => {
    const { connect, mute, pass, takeOver, page, logged } = setUp();
    const { postMessage } = page.registration.active!;
    const client = connect();
    await client.ready;
    for (let times = 0; times < 3; times += 1) {
      takeOver(Object.assign(mute('installing'), { postMessage }));
      await pass(6_000);
      await client.record({ steps: times });
    }
    expect(client.state().host).toBe('service-worker');
    expect(logged.filter((line) => line.startsWith('worker.fallback'))).toEqual([]);
    client.dispose();
  });
});

test('a worker that takes over while the page greets the one of before, and runs no loops, is left as well', async () => {
  const { connect, mute, pass, takeOver, registration } = setUp();
  registration.active = mute('activated');
  const client = connect();
  const recorded = client.record({ steps: 1 });
  await pass(1_000);
  takeOver(mute('installing'));
  await pass(4_250);
  expect(await recorded).toMatchObject({ durable: true });
  expect(client.state()).toMatchObject({ host: 'page', fallbackReason: 'no-answer' });
  client.dispose();
});

test('a worker that takes over and refuses the loop runs loops: it is asked once, and not left', async () => {
  const { connect, page, mute, pass, takeOver } = setUp();
  const client = connect();
  await client.ready;
  await pass(1_000);
  const asked: string[] = [];
  const refusing = Object.assign(mute('installed'), {
    postMessage(data: unknown) {
      if (!isRequestEnvelope(data)) return;
      const { id, path } = data.message as { readonly id: string; readonly path: readonly string[] };
      asked.push(path.join());
      const value = { ok: false, error: { code: 'options.invalid', message: 'The worker offers no such loop.' } };
      page.realm.serviceWorker!.dispatchEvent(new MessageEvent('message', { data: replyEnvelope(data.client, { id, type: 'RAW', value }) }));
    },
  });
  takeOver(refusing);
  await pass(30_000);
  expect(asked).toEqual(['nudges']);
  expect(client.state().host).toBe('service-worker');
  await expect(client.history()).rejects.toMatchObject({ code: 'options.invalid' });
  client.dispose();
});

test('no timer is left of a client that is disposed while it waits for a worker that took over', async () => {
  const { connect, mute, pass, takeOver, browser } = setUp({ pollInterval: 3_600_000 });
  const client = connect();
  await client.ready;
  takeOver(mute('installing'));
  await pass(1_000);
  client.dispose();
  await settle();
  expect(browser.clock.nextAt()).toBeNull();
});

test.each<[what: string, slot: 'waiting' | 'installing', state: 'installed' | 'installing']>([
  ['waits for the app to be closed', 'waiting', 'installed'],
  ['still fetches what it keeps', 'installing', 'installing'],
])('a worker of before the app had Nudgeloop is waited for four seconds, while its successor %s', async (_what, slot, state) => {
  const { connect, mute, pass, registration } = setUp();
  Object.assign(registration, { active: mute('activated'), [slot]: mute(state) });
  const client = connect();
  const recorded = client.record({ steps: 1 });
  await pass(4_250);
  expect(await recorded).toMatchObject({ durable: true });
  expect(client.state()).toMatchObject({ host: 'page', fallbackReason: 'no-answer' });
  client.dispose();
});

describe('a worker of somebody else\'s, as one that mocks requests, is named', () => {
  const scriptURL = 'https://app.example/mockServiceWorker.js';

  test.each<[what: string, isThere: boolean, waiting: 'installed' | null]>([
    ['has the scope from the start', true, null],
    ['has it, and ours waits', true, 'installed'],
    ['takes it over in an open tab', false, null],
  ])('if it %s', async (_what, isThere, waiting) => {
    const logged: LogEvent[] = [];
    const { connect, mute, pass, takeOver, registration } = setUp({ logSinks: [(event) => logged.push(event)] });
    const others = Object.assign(mute(isThere ? 'activated' : 'installing'), { scriptURL });
    if (isThere) Object.assign(registration, { active: others, waiting: waiting === null ? null : mute(waiting) });
    const client = connect();
    await pass(250);
    if (!isThere) takeOver(others);
    const recorded = client.record({ steps: 1 });
    await pass(11_000);
    expect(await recorded).toMatchObject({ durable: true });
    const told = logged.filter(({ code }) => code === 'worker.fallback').map(({ fields }) => fields);
    expect(told).toEqual([{ reason: 'no-answer', script: '/mockServiceWorker.js', advice: expect.stringContaining('/mockServiceWorker.js does not answer') }]);
    client.dispose();
  });
});

test('one that answers late, and none waits behind it, is waited for to the end', async () => {
  const { connect, pass, browser } = setUp();
  browser.wire.hold('answers');
  const client = connect();
  await pass(9_000);
  browser.wire.heal();
  await client.ready;
  expect(client.state().host).toBe('service-worker');
  client.dispose();
});

test('so is the first one of all, which is activated while it is asked: nobody took over', async () => {
  const { connect, pass, browser, registration } = setUp();
  const first = Object.assign(new EventTarget(), registration.active!, { state: 'installing' });
  Object.assign(registration, { active: null, installing: first });
  browser.wire.hold('answers');
  const client = connect();
  await pass(250);
  Object.assign(registration, { active: first, installing: null });
  for (const state of ['activating', 'activated']) {
    first.state = state;
    first.dispatchEvent(new Event('statechange'));
    await pass(250);
  }
  await pass(8_000);
  browser.wire.heal();
  await client.ready;
  expect(client.state().host).toBe('service-worker');
  client.dispose();
});

test('a registration of the app\'s own that is not active, as while it fetches a whole app, is waited for four seconds', async () => {
  const { connect, pass } = setUp();
  const client = connect(new Promise<never>(() => undefined));
  const recorded = client.record({ steps: 1 });
  await pass(4_250);
  expect(await recorded).toMatchObject({ durable: true });
  expect(client.state()).toMatchObject({ host: 'page', fallbackReason: 'inactive' });
  client.dispose();
});
