import { withDeadline } from '../src/clock.ts';
import { closeNotifications } from '../src/host/close-notifications.ts';
import type { Log } from '../src/log/log.ts';
import { endOfWait } from '../src/loop/processing/backoff.ts';
import { createUnderWay } from '../src/loop/under-way.ts';
import type { PokeResult } from '../src/protocol/api.ts';
import { syncTag } from '../src/protocol/names.ts';
import type { TaggedEvent, WorkerRealm } from './worker-realm.ts';

/** Options of `createWakeUps`. */
export interface WakeUpsOptions {
  readonly database: string;
  readonly realm: Pick<WorkerRealm, 'clock' | 'on' | 'sync' | 'periodicSync' | 'notifications'>;
  /** Does due work. */
  readonly wake: (cause: string) => Promise<PokeResult>;
  readonly log: Log;
}

/** What wakes the worker besides messages. */
export interface WakeUps {
  /**
   * Accompanies the work that a call left. A sync that comes in the meantime lasts as long, and if work remains, the
   * browser is asked to come back, if it can.
   *
   * @param work the result of that work; undefined if the call left none
   */
  follow(work: Promise<PokeResult | undefined>): Promise<void>;
  /**
   * Before work during which the browser may stop the worker, asks it to come back, if it can. Does
   * nothing while no call is followed.
   */
  expect(): Promise<void>;
  /** Closes a loop's notifications, or with null all of ours and also removes our tags. The app's own stay. */
  erase(loop: string | null): Promise<{ readonly notifications: number; readonly tags: number }>;
  stop(): void;
}

/** Milliseconds that the browser may take to register a sync. */
const REGISTER_MS = 1_000;

/**
 * Milliseconds for which due work may hold up the activation: until it ends, the browser holds every request that the
 * app's own worker is to answer. What is not done by then is stored, and the next call finds it.
 */
const ACTIVATE_MS = 500;

/**
 * Listens to the browser's own wake-ups. Due work is computed from stored times, so each wake-up is welcome and none is
 * required. Only Chromium has the two kinds of sync.
 *
 * An online browser fires a sync at once, for each action. So a sync wakes the loops only if something may be due:
 * after a worker that asked for it died, or if later work left something whose time has come.
 */
export function createWakeUps({ database, realm, wake, log }: WakeUpsOptions): WakeUps {
  const tag = syncTag(database);
  const followed = createUnderWay();
  /** Settles when the browser has registered the sync; undefined once that sync fired. */
  let asked: Promise<void> | undefined;
  /** No sync was asked for yet. */
  let isFirst = true;
  /**
   * When the sync of this run of the worker should wake all loops, in epoch milliseconds; Infinity if nothing is left.
   */
  let leftAt = Infinity;

  const register = async (sync: NonNullable<WorkerRealm['sync']>): Promise<void> => {
    if (isFirst) {
      // A waiting sync was asked for by a worker that died, whose work this one does not know.
      if ((await sync.getTags()).includes(tag)) leftAt = -Infinity;
      // Not before the browser answered, or nobody would ask again.
      isFirst = false;
    }
    await sync.register(tag);
  };

  const ask = (): Promise<void> | undefined => {
    const { sync } = realm;
    if (sync === undefined) return undefined;
    // With a deadline, since work waits for it.
    const request: Promise<void> = (asked ??= withDeadline(realm.clock, REGISTER_MS, register(sync)).catch(() => {
      // Refused without a window, or by the user's settings: then the next visit continues the work.
      log.debug('call.failed', { call: 'sync.register' });
      // A sync may have come meanwhile, and a later request with it: that one stands.
      if (asked === request) asked = undefined;
    }));
    return request;
  };

  const worked: WakeUps['follow'] = async (work) => {
    const rest = await work;
    if (rest === undefined || rest.nextAt === null) return;
    leftAt = Math.min(leftAt, rest.nextAt);
    await ask();
  };

  const synced = async ({ lastChance }: TaggedEvent): Promise<void> => {
    // Whoever asked for this sync has died, or was told that it would not come.
    if (asked === undefined) leftAt = -Infinity;
    asked = undefined;
    // If the worker dies in the meantime, the browser counts this as failed and fires again.
    await followed.settled();
    if (leftAt === Infinity) return;
    try {
      if (endOfWait(leftAt, realm.clock.now()) === 0) {
        // Before the wake, not after it: calls may leave something in the meantime.
        leftAt = Infinity;
        const { nextAt } = await wake('sync').catch((error: unknown) => {
          leftAt = -Infinity;
          throw error;
        });
        leftAt = Math.min(leftAt, nextAt ?? Infinity);
      }
      if (leftAt < Infinity) throw new Error('nudgeloop: work is left for later');
    } catch (error) {
      if (lastChance === true) return;
      // The browser retries a rejected sync after minutes. Registering again would fire at once, over and over. If a
      // call registered one during this sync, that brings one more, which finds nothing due.
      asked = Promise.resolve();
      throw error;
    }
  };

  const stops = [
    realm.on('activate', (event) => {
      event.waitUntil(withDeadline(realm.clock, ACTIVATE_MS, wake('activate')).catch(() => undefined));
    }),
    realm.on('sync', (event) => event.tag === tag && event.waitUntil(synced(event))),
    realm.on('periodicsync', (event) => event.tag === tag && event.waitUntil(wake('periodicsync'))),
  ];

  return {
    follow: (work) => followed.add(worked(work)),
    expect: async () => (followed.isEmpty() ? undefined : ask()),
    async erase(loop) {
      const notifications = await closeNotifications(realm.notifications, { database, clock: realm.clock }, loop);
      const { periodicSync } = realm;
      if (loop !== null || periodicSync === undefined) return { notifications, tags: 0 };
      // Of this database only: the same worker may serve others.
      const remove = async (): Promise<number> => {
        const isOurs = (await periodicSync.getTags()).includes(tag);
        if (isOurs) await periodicSync.unregister(tag);
        return isOurs ? 1 : 0;
      };
      // All calls wait for an erasure, so it can't wait for a browser that does not answer.
      const tags = await withDeadline(realm.clock, REGISTER_MS, remove()).catch(() => 0);
      return { notifications, tags };
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}
