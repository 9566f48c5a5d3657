import { describe, expect, test } from 'vitest';
import { createLog, createSimulatedClock } from 'nudgeloop/core';
import { notificationPrefix } from '../../../src/protocol/notification-prefix.ts';
import type { PokeResult } from '../../../src/protocol/api.ts';
import { settle } from '../../../src/testing/settle.ts';
import { createWakeUps } from '../../../sw/wake-ups.ts';

const TAG = 'nudgeloop:db';

function setUp(register: (tag: string) => Promise<void> = async () => undefined, nextAt: number | null = null, wake = async () => ({ processed: 0, polled: 0, nextAt })) {
  const registered: string[] = [];
  const pending: string[] = [];
  const wakings: string[] = [];
  const closed: string[] = [];
  const handlers = new Map<string, (event: object) => void>();
  const clock = createSimulatedClock(0);
  const log = createLog(() => 0);
  const tags = ['nudgeloop:db', 'nudgeloop:other', 'the-apps-own'];
  const shown = [`${notificationPrefix('db', 'a')}1`, `${notificationPrefix('db', 'a:b')}2`, `${notificationPrefix('other', 'a')}3`, 'the-apps-own', ''];
  const realm = {
    clock,
    sync: {
      getTags: async () => [...pending],
      register(tag: string) {
        registered.push(tag);
        pending.push(tag);
        return register(tag);
      },
    },
    periodicSync: { getTags: async () => tags, unregister: async (tag: string) => void tags.splice(tags.indexOf(tag), 1) },
    notifications: async () => shown.map((tag) => ({ tag, close: () => closed.push(tag) })),
    on(name: string, run: (event: object) => void) {
      handlers.set(name, run);
      return () => void handlers.delete(name);
    },
  };
  const wakeUps = createWakeUps({
    database: 'db',
    realm,
    log,
    wake(cause) {
      wakings.push(cause);
      return wake();
    },
  });
  const fire = async (tag: string, lastChance = false) => {
    const holds: Promise<unknown>[] = [];
    pending.splice(0);
    handlers.get('sync')?.({ tag, lastChance, waitUntil: (hold: Promise<unknown>) => holds.push(hold) });
    await Promise.all(holds);
  };
  const activate = (waitUntil: (hold: Promise<unknown>) => void) => handlers.get('activate')?.({ waitUntil });
  const firePeriodic = async (tag: string) => {
    const holds: Promise<unknown>[] = [];
    handlers.get('periodicsync')?.({ tag, waitUntil: (hold: Promise<unknown>) => holds.push(hold) });
    await Promise.all(holds);
    return holds.length;
  };
  return { ...wakeUps, realm, registered, pending, wakings, closed, tags, clock, log, fire, firePeriodic, activate };
}

test('what is due holds the activation, for which every request of the app waits, for half a second at the most', async () => {
  const { activate, clock } = setUp(undefined, null, () => new Promise(() => undefined));
  let isOver = false;
  activate((hold) => void hold.then(() => (isOver = true)));
  clock.advance(499);
  await settle();
  expect(isOver).toBe(false);
  clock.advance(1);
  await settle();
  expect(isOver).toBe(true);
});

/** Work of a call that is under way until it is ended. */
function createWork() {
  let end = (_nextAt: number | null): void => undefined;
  const work = new Promise<PokeResult>((resolve) => (end = (nextAt) => resolve({ processed: 1, polled: 0, nextAt })));
  return { work, end };
}

const left = async (nextAt: number | null): Promise<PokeResult> => ({ processed: 1, polled: 0, nextAt });

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

  test('waits one second for the browser at the most', async () => {
    const { follow, clock } = setUp(() => new Promise(() => undefined));
    const following = follow(left(1));
    await settle();
    clock.advance(1_000);
    await following;
  });
});

describe('a sync', () => {
  test('that a worker asked for wakes nothing when its work left nothing, and lasts as long as the work does', async () => {
    const { expect: ask, follow, fire, wakings } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    let isOver = false;
    const synced = fire(TAG).then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    end(null);
    await Promise.all([following, synced]);
    expect(wakings).toEqual([]);
  });

  test('that comes while work is under way wakes the loops when it left something that is due', async () => {
    const { expect: ask, follow, fire, wakings } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    const synced = fire(TAG);
    end(0);
    await Promise.all([following, synced]);
    expect(wakings).toEqual(['sync']);
  });

  test('wakes nothing before what is left is due, however often it fires, and is left to the browser until then', async () => {
    const { expect: ask, follow, fire, registered, wakings, clock } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    const synced = fire(TAG);
    await ask();
    end(60_000);
    await Promise.all([following, expect(synced).rejects.toThrow('work is left')]);
    // What was asked for while it was under way fires at once, and is the last to do so, whatever calls leave.
    await expect(fire(TAG)).rejects.toThrow('work is left');
    await follow(left(70_000));
    expect(registered).toEqual([TAG, TAG]);
    await fire(TAG, true);
    expect(wakings).toEqual([]);
    await follow(left(70_000));
    clock.advance(60_000);
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
  });

  test('that woke the loops wakes them again once the first of what is left then is due', async () => {
    const rest = createWork();
    const { follow, fire, wakings, clock } = setUp(undefined, null, () => rest.work);
    await follow(left(0));
    const synced = fire(TAG);
    await settle();
    await follow(left(3_000));
    rest.end(2_000);
    await expect(synced).rejects.toThrow('work is left');
    clock.advance(1_999);
    await expect(fire(TAG)).rejects.toThrow('work is left');
    expect(wakings).toEqual(['sync']);
    clock.advance(1);
    await fire(TAG).catch(() => undefined);
    expect(wakings).toEqual(['sync', 'sync']);
  });

  test('comes back for what a call left while the loops were woken', async () => {
    const rest = createWork();
    const { follow, fire, wakings, clock } = setUp(undefined, null, () => rest.work);
    await follow(left(0));
    const synced = fire(TAG);
    await settle();
    await follow(left(3_000));
    rest.end(null);
    await expect(synced).rejects.toThrow('work is left');
    clock.advance(3_000);
    await fire(TAG);
    expect(wakings).toEqual(['sync', 'sync']);
  });

  test('wakes the loops for what would be due later than anything waits: the clock was set back', async () => {
    const { follow, fire, wakings, clock } = setUp();
    clock.jump(86_400_000);
    await follow(left(clock.now() + 60_000));
    clock.jump(0);
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
  });

  test('that another worker asked for, which died, wakes the loops, also where this one has asked since', async () => {
    const { fire, wakings } = setUp();
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
    const { expect: ask, follow, ...second } = setUp();
    second.pending.push(TAG);
    const askAndEnd = async (): Promise<PokeResult> => {
      await Promise.resolve();
      await ask();
      return left(null);
    };
    await follow(askAndEnd());
    await second.fire(TAG);
    expect(second.wakings).toEqual(['sync']);
    // Now nothing is unknown to it.
    await follow(askAndEnd());
    await second.fire(TAG);
    expect(second.wakings).toEqual(['sync']);
  });

  test('is tried again by the browser after a wake-up that failed, and wakes the loops then', async () => {
    let isBroken = true;
    const { follow, fire, wakings } = setUp(undefined, null, async () => {
      if (isBroken) throw new Error('no storage');
      return { processed: 0, polled: 0, nextAt: null };
    });
    await follow(left(0));
    await expect(fire(TAG)).rejects.toThrow('no storage');
    isBroken = false;
    await follow(left(null));
    await fire(TAG);
    expect(wakings).toEqual(['sync', 'sync']);
  });
});

test('a periodic sync under our tag wakes the loops, and lasts as long as that takes; one of the app\'s does not', async () => {
  const { work, end } = createWork();
  const { firePeriodic, wakings } = setUp(undefined, null, () => work);
  expect(await firePeriodic('the-apps-own')).toBe(0);
  expect(wakings).toEqual([]);
  let isOver = false;
  const fired = firePeriodic(TAG).finally(() => (isOver = true));
  await settle();
  expect([wakings, isOver]).toEqual([['periodicsync'], false]);
  end(null);
  expect(await fired).toBe(1);
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
