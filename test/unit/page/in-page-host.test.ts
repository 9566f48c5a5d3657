import { createSimulatedClock } from 'nudgeloop/core';
import { expect, test, vi } from 'vitest';
import { createInPageLink } from '../../../src/page/session/in-page-host.ts';
import { unavailable } from '../../../src/page/worker/unavailable.ts';
import { createLog } from '../../../src/log/log.ts';
import type { PageRealm } from '../../../src/page/page-realm.ts';
import { createSleep } from '../../../src/testing/browser/sleep.ts';
import { settle } from '../../../src/testing/settle.ts';

// A host whose storage does not answer, as when a browser's disk hangs.
const never = (): Promise<never> => new Promise(() => undefined);
vi.mock('../../../src/host/lazy-host.ts', () => ({
  createLazyHost: () => ({ api: { poke: never }, followUp: never, close: never }),
}));

function setUp() {
  const clock = createSimulatedClock(0);
  const sleep = createSleep();
  const realm = { clock: sleep.clockOf(clock), newId: () => 'id', locks: undefined } as unknown as PageRealm;
  const publish = (): void => undefined;
  const given = { options: {}, database: 'db', realm, deadline: 10_000, failure: unavailable('blocked'), log: createLog(clock.now) };
  return { clock, sleep, link: createInPageLink({ ...given, publish, onLog: publish }) };
}

test('a call to a loop in the page ends with its deadline, though storage never answers', async () => {
  const { clock, link } = setUp();
  const answer = link.call('poke', { loop: 'a' });
  clock.advance(10_000);
  expect(await answer).toMatchObject({ ok: false, error: { code: 'call.timeout', details: { call: 'poke', sent: true } } });
});

test('a call to a loop in the page has time left after a sleep that was longer than its deadline', async () => {
  const { clock, sleep, link } = setUp();
  let isOver = false;
  const answer = link.call('poke', { loop: 'a' });
  void answer.then(() => (isOver = true));
  clock.advance(1_000);
  sleep.begin();
  clock.advance(3_600_000);
  sleep.end();
  await settle();
  clock.advance(7_400);
  await settle();
  expect(isOver).toBe(false);
  clock.advance(200);
  expect(await answer).toMatchObject({ ok: false, error: { code: 'call.timeout' } });
});

test('calls to a loop in the page end at once with dispose, and say whether they were begun: those under way and all later ones', async () => {
  const { link } = setUp();
  const answer = link.call('poke', { loop: 'a' });
  link.close();
  expect(await answer).toMatchObject({ ok: false, error: { code: 'client.disposed', details: { call: 'poke', sent: true } } });
  expect(await link.call('poke', { loop: 'a' })).toMatchObject({ ok: false, error: { code: 'client.disposed', details: { sent: false } } });
});
