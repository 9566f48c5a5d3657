import { describe, expect, test } from 'vitest';
import { settle } from '../../../src/testing/settle.ts';
import { createWork, left, setUp, TAG } from './wake-ups-harness.ts';

describe('a worker that expects to be stopped', () => {
  test('asks the browser once to come back, until it did', async () => {
    const { expect: ask, follow, fire, registered } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await Promise.all([ask(), ask(), follow(left(0))]);
    await ask();
    expect(registered).toEqual([TAG]);
    await fire('the-apps-own');
    await ask();
    expect(registered).toEqual([TAG]);
    const synced = fire(TAG);
    await ask();
    expect(registered).toEqual([TAG, TAG]);
    end(null);
    await Promise.all([following, synced]);
  });

  test('asks for nothing when nothing is left, nor for what no call left', async () => {
    const { expect: ask, follow, registered } = setUp();
    await ask();
    await follow(left(null));
    await follow(Promise.resolve(undefined));
    expect(registered).toEqual([]);
  });

  test('does not ask anew for a sync that the browser will try again by itself', async () => {
    const { follow, fire, registered } = setUp(undefined, 60_000);
    await follow(left(1));
    await expect(fire(TAG)).rejects.toThrow('work is left');
    await follow(left(1));
    expect(registered).toEqual([TAG]);
    await fire(TAG, true);
    await follow(left(1));
    expect(registered).toEqual([TAG, TAG]);
  });

  test('goes on with its work when the browser refuses, and asks again the next time', async () => {
    const { follow, log, registered } = setUp(() => Promise.reject(new Error('secret')));
    await follow(left(1));
    await follow(left(1));
    expect(registered).toEqual([TAG, TAG]);
    expect(JSON.stringify(log.recent())).not.toContain('secret');
  });

  test('asks again what a worker before it asked for, if the browser did not say at first, and does the work of that one too', async () => {
    const { follow, fire, realm, pending, wakings } = setUp();
    pending.push(TAG);
    const { getTags } = realm.sync;
    realm.sync.getTags = () => {
      realm.sync.getTags = getTags;
      return Promise.reject(new Error('busy'));
    };
    await follow(left(60_000));
    await follow(left(60_000));
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
  });

  test('does not forget a later request when an earlier one is given up', async () => {
    const answers: (() => void)[] = [];
    const { expect: ask, follow, fire, registered, clock } = setUp(() => new Promise((resolve) => answers.push(resolve)));
    const { work, end } = createWork();
    const following = follow(work);
    void ask();
    await settle();
    clock.advance(600);
    const synced = fire(TAG);
    void ask();
    await settle();
    answers[1]!();
    // The first request's second is over; the browser has not answered it.
    clock.advance(400);
    await settle();
    void ask();
    await settle();
    expect(registered).toEqual([TAG, TAG]);
    end(null);
    await Promise.all([following, synced]);
  });

  test('waits one second for the browser at the most', async () => {
    const { follow, clock } = setUp(() => new Promise(() => undefined));
    const following = follow(left(1));
    await settle();
    clock.advance(1_000);
    await following;
  });
});

describe('an erasure', () => {
  test.each(['getTags', 'unregister', 'notifications'] as const)('of everything ends within two seconds though the browser never answers to %s', async (call) => {
    const { erase, realm, clock } = setUp();
    const silent = () => new Promise<never>(() => undefined);
    if (call === 'notifications') realm.notifications = silent;
    else realm.periodicSync[call] = silent;
    let isOver = false;
    const erasing = erase(null).finally(() => (isOver = true));
    for (let second = 0; second < 2; second += 1) {
      await settle();
      clock.advance(1_000);
    }
    await settle();
    expect(isOver).toBe(true);
    expect(await erasing).toEqual(call === 'notifications' ? { notifications: 0, tags: 1 } : { notifications: 2, tags: 0 });
  });

  test('of one loop closes its notifications only', async () => {
    const { erase, closed, tags } = setUp();
    expect(await erase('a')).toEqual({ notifications: 1, tags: 0 });
    expect(closed).toEqual(['nudgeloop:db:a:1']);
    expect(tags).toHaveLength(3);
  });

  test('of everything closes those of the database and takes its tag back; the app and other databases keep theirs', async () => {
    const { erase, closed, tags } = setUp();
    expect(await erase(null)).toEqual({ notifications: 2, tags: 1 });
    expect(closed).toEqual(['nudgeloop:db:a:1', 'nudgeloop:db:a%3Ab:2']);
    expect(tags).toEqual(['nudgeloop:other', 'the-apps-own']);
  });
});
