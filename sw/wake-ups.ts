import { withDeadline } from '../src/clock.ts';
import { closeNotifications } from '../src/host/close-notifications.ts';
import type { Log } from '../src/log/log.ts';
import { endOfWait } from '../src/loop/processing/backoff.ts';
import type { PokeResult } from '../src/protocol/api.ts';
import { syncTag } from '../src/protocol/names.ts';
import type { TaggedEvent, WorkerRealm } from './worker-realm.ts';

/** Options of `createWakeUps`. */
export interface WakeUpsOptions {
  readonly database: string;
  readonly realm: Pick<WorkerRealm, 'clock' | 'on' | 'sync' | 'periodicSync' | 'notifications'>;
  /** Does what is due. */
  readonly wake: (cause: string) => Promise<PokeResult>;
  readonly log: Log;
}

/** What wakes the worker beside messages. */
export interface WakeUps {
  /**
   * Goes with the work that a call left: a sync that comes meanwhile lasts as long, and the browser is asked to come back, if it can, for
   * what is left of it.
   *
   * @param work what comes of it; undefined when the call left nothing
   */
  follow(work: Promise<PokeResult | undefined>): Promise<void>;
  /** Asks the browser to come back, if it can, before work is begun in which it may stop the worker. Of use only while a call's is followed. */
  expect(): Promise<void>;
  /** Closes a loop's notifications, or with null all of ours, and takes back our tags too; those of the app stay. */
  erase(loop: string | null): Promise<{ readonly notifications: number; readonly tags: number }>;
  stop(): void;
}

/** Milliseconds that the browser may take to note that it is to come back. */
const REGISTER_MS = 1_000;

/**
 * Milliseconds for which what is due may hold the activation up: until it ends, the browser lets every request wait that the app's own
 * worker is to answer. What is not done by then is stored, and found by the next call.
 */
const ACTIVATE_MS = 500;

/**
 * Listens to the browser's own wake-ups: what is due is computed from stored times, so each of them is welcome and
 * none is needed. Only Chromium has the two kinds of sync.
 *
 * An online browser comes back at once, for each action. So a sync wakes the loops only where something may be due: after a worker that
 * asked for it died, or when what was done since left something whose time has come.
 */
export function createWakeUps({ database, realm, wake, log }: WakeUpsOptions): WakeUps {
  const tag = syncTag(database);
  const followed = new Set<Promise<void>>();
  /** Settles when the browser knows that it is to come back; undefined once it did. */
  let asked: Promise<void> | undefined;
  /** Nothing was asked for yet. */
  let isFirst = true;
  /** From when on the sync that this run of the worker asked for is to wake all loops, in epoch milliseconds; Infinity when nothing is left. */
  let leftAt = Infinity;

  const register = async (sync: NonNullable<WorkerRealm['sync']>): Promise<void> => {
    if (isFirst) {
      isFirst = false;
      // One that waits already was asked for by a worker that died, of whose work this one knows nothing.
      if ((await sync.getTags()).includes(tag)) leftAt = -Infinity;
    }
    await sync.register(tag);
  };

  const ask = (): Promise<void> => {
    const { sync, clock } = realm;
    if (sync === undefined) return Promise.resolve();
    // With a deadline, since work waits for this.
    asked ??= withDeadline(clock, REGISTER_MS, register(sync)).catch(() => {
      // Refused without a window or by the user's settings: then the next visit goes on with the work.
      log.debug('call.failed', { call: 'sync.register' });
      asked = undefined;
    });
    return asked;
  };

  const worked: WakeUps['follow'] = async (work) => {
    const rest = await work;
    if (rest === undefined || rest.nextAt === null) return;
    leftAt = Math.min(leftAt, rest.nextAt);
    await ask();
  };

  const synced = async ({ lastChance }: TaggedEvent): Promise<void> => {
    // Whoever asked for it has died, or was told that the browser would not come.
    if (asked === undefined) leftAt = -Infinity;
    asked = undefined;
    // Should the worker die meanwhile, the browser takes this for failed and comes again.
    await Promise.allSettled(followed);
    if (leftAt === Infinity) return;
    try {
      if (endOfWait(leftAt, realm.clock.now()) === 0) {
        // Before, not after: calls may leave something meanwhile.
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
      // A rejected sync is tried again after minutes; registering anew would fire at once, again and again. Who did so while this one was
      // under way brings one more, which finds nothing due.
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
    follow(work) {
      const done = worked(work).finally(() => followed.delete(done));
      followed.add(done);
      return done;
    },
    expect: () => (followed.size === 0 ? Promise.resolve() : ask()),
    async erase(loop) {
      const notifications = await closeNotifications(realm.notifications, { database, clock: realm.clock }, loop);
      const { periodicSync } = realm;
      if (loop !== null || periodicSync === undefined) return { notifications, tags: 0 };
      // Of this database alone: the same worker may serve others.
      const remove = async (): Promise<number> => {
        const isOurs = (await periodicSync.getTags()).includes(tag);
        if (isOurs) await periodicSync.unregister(tag);
        return isOurs ? 1 : 0;
      };
      // All calls wait for an erasure, and so it can't wait for a browser that does not answer.
      const tags = await withDeadline(realm.clock, REGISTER_MS, remove()).catch(() => 0);
      return { notifications, tags };
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}
