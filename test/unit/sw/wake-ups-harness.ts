import { createLog, createSimulatedClock } from 'nudgeloop/core';
import { notificationPrefix } from '../../../src/protocol/notification-prefix.ts';
import type { PokeResult } from '../../../src/protocol/api.ts';
import { createWakeUps } from '../../../sw/wake-ups.ts';

export const TAG = 'nudgeloop:db';

/** Wake-ups over a browser whose syncs and notifications are in the test's hands. */
export function setUp(register: (tag: string) => Promise<void> = async () => undefined, nextAt: number | null = null, wake = async () => ({ processed: 0, polled: 0, nextAt })) {
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

/** Work of a call that is under way until it is ended. */
export function createWork() {
  let end = (_nextAt: number | null): void => undefined;
  const work = new Promise<PokeResult>((resolve) => (end = (nextAt) => resolve({ processed: 1, polled: 0, nextAt })));
  return { work, end };
}

/** Work that is over, and says when the next is due. */
export const left = async (nextAt: number | null): Promise<PokeResult> => ({ processed: 1, polled: 0, nextAt });
