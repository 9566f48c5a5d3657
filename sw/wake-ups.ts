import type { Log } from '../src/log/log.ts';
import type { PokeResult } from '../src/protocol/api.ts';
import { syncTag, TAG_PREFIX } from '../src/protocol/names.ts';
import type { TaggedEvent, WorkerRealm } from './worker-realm.ts';

/** Options of `createWakeUps`. */
export interface WakeUpsOptions {
  readonly database: string;
  readonly realm: Pick<WorkerRealm, 'on' | 'sync' | 'periodicSync' | 'notifications'>;
  /** Does what is due. */
  readonly wake: (cause: string) => Promise<PokeResult>;
  readonly log: Log;
}

/** What wakes the worker beside messages. */
export interface WakeUps {
  /** Asks the browser to come back, if it can and something is left. */
  comeBack(result: PokeResult): Promise<void>;
  /** Closes our notifications and takes back our tags; those of the app stay. */
  erase(): Promise<{ readonly notifications: number; readonly tags: number }>;
  stop(): void;
}

/**
 * Listens to the browser's own wake-ups: what is due is computed from stored times, so each of them is welcome and
 * none is needed. Only Chromium has the two kinds of sync.
 */
export function createWakeUps({ database, realm, wake, log }: WakeUpsOptions): WakeUps {
  const tag = syncTag(database);

  const onTag = (cause: string, isRetried: boolean) => (event: TaggedEvent) => {
    if (event.tag !== tag) return;
    event.waitUntil(
      wake(cause).then(({ nextAt }) => {
        // A rejected sync is tried again after minutes; registering anew would fire at once, again and again.
        if (isRetried && nextAt !== null && event.lastChance !== true) throw new Error('nudgeloop: work is left for later');
      }),
    );
  };
  const stops = [
    realm.on('activate', (event) => event.waitUntil(wake('activate').catch(() => undefined))),
    realm.on('sync', onTag('sync', true)),
    realm.on('periodicsync', onTag('periodicsync', false)),
  ];

  return {
    async comeBack({ nextAt }) {
      if (nextAt === null || realm.sync === undefined) return;
      try {
        await realm.sync.register(tag);
      } catch {
        // Refused without a window or by the user's settings: then the next visit goes on with the work.
        log.debug('call.failed', { call: 'sync.register' });
      }
    },
    async erase() {
      const notifications = await realm.notifications().catch(() => []);
      const ours = notifications.filter((notification) => notification.tag.startsWith(TAG_PREFIX));
      for (const notification of ours) notification.close();
      const { periodicSync } = realm;
      if (periodicSync === undefined) return { notifications: ours.length, tags: 0 };
      const tags = await periodicSync.getTags().catch(() => []);
      const ourTags = tags.filter((name) => name.startsWith(TAG_PREFIX));
      await Promise.allSettled(ourTags.map((name) => periodicSync.unregister(name)));
      return { notifications: ours.length, tags: ourTags.length };
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}
