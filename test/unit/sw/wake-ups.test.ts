import { describe, expect, test } from 'vitest';
import { createLog, createSimulatedClock } from 'nudgeloop/core';
import { notificationPrefix } from '../../../src/protocol/names.ts';
import { settle } from '../../../src/testing/settle.ts';
import { createWakeUps } from '../../../sw/wake-ups.ts';

const TAG = 'nudgeloop:db';

function setUp(register: (tag: string) => Promise<void> = async () => undefined, nextAt: number | null = null, wake = async () => ({ processed: 0, polled: 0, nextAt })) {
  const registered: string[] = [];
  const closed: string[] = [];
  const handlers = new Map<string, (event: object) => void>();
  const clock = createSimulatedClock(0);
  const log = createLog(() => 0);
  const tags = ['nudgeloop:db', 'nudgeloop:other', 'the-apps-own'];
  const shown = [`${notificationPrefix('db', 'a')}1`, `${notificationPrefix('db', 'a:b')}2`, `${notificationPrefix('other', 'a')}3`, 'the-apps-own', ''];
  const realm = {
    clock,
    sync: {
      register(tag: string) {
        registered.push(tag);
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
  const wakeUps = createWakeUps({ database: 'db', realm, log, wake });
  const fire = async (tag: string, lastChance = false) => {
    const holds: Promise<unknown>[] = [];
    handlers.get('sync')?.({ tag, lastChance, waitUntil: (hold: Promise<unknown>) => holds.push(hold) });
    await Promise.all(holds);
  };
  const activate = (waitUntil: (hold: Promise<unknown>) => void) => handlers.get('activate')?.({ waitUntil });
  return { ...wakeUps, registered, closed, tags, clock, log, fire, activate };
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

describe('a worker that expects to be stopped', () => {
  test('asks the browser once to come back, until it did', async () => {
    const { expect: ask, comeBack, fire, registered } = setUp();
    await Promise.all([ask(), ask(), comeBack({ processed: 0, polled: 0, nextAt: 7 })]);
    await ask();
    expect(registered).toEqual([TAG]);
    await fire('the-apps-own');
    await ask();
    expect(registered).toEqual([TAG]);
    await fire(TAG);
    await ask();
    expect(registered).toEqual([TAG, TAG]);
  });

  test('asks for nothing when nothing is left', async () => {
    const { comeBack, registered } = setUp();
    await comeBack({ processed: 1, polled: 0, nextAt: null });
    expect(registered).toEqual([]);
  });

  test('does not ask anew for a sync that the browser will try again by itself', async () => {
    const { expect: ask, fire, registered } = setUp(undefined, 60_000);
    await ask();
    await expect(fire(TAG)).rejects.toThrow('work is left');
    await ask();
    expect(registered).toEqual([TAG]);
    await fire(TAG, true);
    await ask();
    expect(registered).toEqual([TAG, TAG]);
  });

  test('goes on with its work when the browser refuses, and asks again the next time', async () => {
    const { expect: ask, log, registered } = setUp(() => Promise.reject(new Error('secret')));
    await ask();
    await ask();
    expect(registered).toEqual([TAG, TAG]);
    expect(JSON.stringify(log.recent())).not.toContain('secret');
  });

  test('waits one second for the browser at the most', async () => {
    const { expect: ask, clock } = setUp(() => new Promise(() => undefined));
    const asked = ask();
    clock.advance(1_000);
    await asked;
  });
});

describe('an erasure', () => {
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
