import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createInPageLink } from '../../../src/page/session/in-page-host.ts';
import type { PageRealm } from '../../../src/page/page-realm.ts';
import { unavailable } from '../../../src/page/worker/unavailable.ts';
import { settle } from '../../../src/testing/settle.ts';

/** A loop in the page, beside registrations of earlier visits. */
function setUp(getRegistrations: () => Promise<unknown>) {
  const clock = createSimulatedClock(0);
  const newId = createSequentialIds('id');
  const realm = { clock, newId, locks: undefined, createPersistence: () => createMemoryPersistence({ newId }), serviceWorker: { getRegistrations } };
  const ignore = (): void => undefined;
  const link = createInPageLink({
    options: {},
    database: 'db',
    realm: realm as unknown as PageRealm,
    deadline: 10_000,
    failure: unavailable('blocked'),
    log: createLog(clock.now),
    publish: ignore,
    onLog: ignore,
  });
  return { clock, link };
}

test('erasing in a page without a worker closes what the worker of an earlier visit still shows, and nothing of the app', async () => {
  const closed: string[] = [];
  const registrations = [['mail'], ['nudgeloop:db:a:1', 'nudgeloop:db:b:2', 'nudgeloop:other:a:3']].map((tags) => ({
    getNotifications: async () => tags.map((tag) => ({ tag, close: () => closed.push(tag) })),
  }));
  const { link } = setUp(async () => registrations);
  expect(await link.call('erase', { loop: 'a' })).toMatchObject({ ok: true, value: { notifications: 1 } });
  expect(closed).toEqual(['nudgeloop:db:a:1']);
  expect(await link.call('erase', { loop: null })).toMatchObject({ ok: true, value: { notifications: 2, tags: 0 } });
});

test.each([
  ['refuses to say', () => Promise.reject(new Error('no')), 0],
  ['never says', () => new Promise(() => undefined), 1_000],
])('a browser that %s what it shows holds no erasure up', async (_what, getRegistrations, wait) => {
  const { clock, link } = setUp(getRegistrations);
  const erasing = link.call('erase', { loop: 'a' });
  await settle();
  clock.advance(wait);
  expect(await erasing).toMatchObject({ ok: true, value: { notifications: 0 } });
});

test("acknowledging in a page without a worker closes the nudge's notification that the worker of an earlier visit still shows, and no other", async () => {
  const closed: string[] = [];
  const shown = [
    ['nudgeloop:db:a:1', { nudgeloop: { seq: 0 } }],
    ['nudgeloop:db:a:2', { nudgeloop: { seq: 1 } }],
    ['nudgeloop:db:a:3', null],
    ['nudgeloop:db:b:4', { nudgeloop: { seq: 0 } }],
    ['mail', { nudgeloop: { seq: 0 } }],
  ] as const;
  const getNotifications = async () => shown.map(([tag, data]) => ({ tag, data, close: () => closed.push(tag) }));
  const { link } = setUp(async () => [{ getNotifications }]);
  await link.call('setGoalState', { loop: 'a', goalState: { steps: 10 } });
  const answer = await link.call('record', { loop: 'a', client: 'client', seq: 0, actions: [{ steps: 1 }] });
  const nudges = answer.ok ? answer.value.nudges.map(({ seq, id }) => ({ seq, id })) : [];
  expect(nudges).toMatchObject([{ seq: 0 }]);
  await link.call('acknowledge', { loop: 'a', nudges });
  await settle();
  expect(closed).toEqual(['nudgeloop:db:a:1']);
});
