import type { ChromiumTab, Tab } from '../engines/engine.ts';
import type { Session } from './session.ts';

/** What Firefox has to be started with, so that a site's room can be filled: 20 MiB for all, of which a site gets 10. */
export const smallDisk = { prefs: { 'dom.quotaManager.temporaryStorage.fixedLimit': 20_480 } } as const;

/**
 * The room that a site has while none is taken away, in bytes, in Chromium. Without that bound nothing could be taken:
 * a browser that saw gigabytes believes in them for half a minute, whatever its quota became meanwhile.
 */
const BOUND = 8_000_000;

/** What a site may give back by itself between two looks, in bytes. */
const SLACK = 500_000;

/** The database that is written to so as to find out how much room there is, and that fills the disk where there is no other way. */
const FILLER = 'filler';

/** The room of a session's site, which can be taken away and given back. */
export interface Room {
  /** Leaves the site about so many bytes. There may be less, since browsers look at whole files. */
  take(bytes: number): Promise<void>;
  /** Gives back what was taken. */
  give(): Promise<void>;
}

/**
 * Bounds the room of a site: to be called before anything is stored. Firefox needs a session with `smallDisk`.
 *
 * @throws Error from `take` when there is more room left than there should be: nothing was injected
 */
export async function boundRoom(session: Session): Promise<Room> {
  // The browser forgets another quota together with the tab that set it, so that this one stays.
  const tab = await session.browser.open(`${session.server.origin}/`);
  const room = session.engine.name === 'chromium' ? byQuota(session, tab as ChromiumTab) : byFilling(session, tab);
  await room.give();
  return room;
}

function byQuota(session: Session, tab: ChromiumTab): Room {
  const { origin } = session.server;
  const leave = async (bytes: number): Promise<void> => {
    const { usage } = await tab.send('Storage.getUsageAndQuota', { origin });
    await tab.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Number(usage) + bytes });
  };
  return {
    async take(bytes) {
      await leave(bytes);
      // Refused, the browser looks at the quota again and believes no more in the room that there was. One value: many small
      // ones would leave their traces in the database's log, to be counted until that is cleared up.
      const isProved = !(await tab.evaluate(fill, FILLER, 1.5 * BOUND));
      const { usage, quota } = await tab.send('Storage.getUsageAndQuota', { origin });
      if (isProved && Number(quota) - Number(usage) <= bytes + SLACK) return session.note('room', bytes);
      await tab.evaluate(remove, FILLER);
      throw new Error('there is room where none should be');
    },
    async give() {
      await leave(BOUND);
      session.note('room');
    },
  };
}

function byFilling(session: Session, tab: Tab): Room {
  return {
    async take(bytes) {
      let filled = 0;
      for (const size of [1_000_000, 200_000, Math.min(100_000, Math.max(10_000, bytes))]) {
        while (await tab.evaluate(fill, FILLER, size)) {
          filled += size;
          if (filled > 4 * BOUND) throw new Error('there is room where none should be');
        }
      }
      session.note('room', { bytes, filled });
    },
    async give() {
      await tab.evaluate(remove, FILLER);
      session.note('room');
    },
  };
}

/** Writes so many random bytes, which no file compresses; answers whether they were taken. Runs in the page. */
function fill(name: string, size: number): Promise<boolean> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
  return new Promise((resolve) => {
    // A new connection each time: Firefox takes nothing more on one that was refused.
    const opening = indexedDB.open(name, 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('rows', { autoIncrement: true }));
    opening.addEventListener('error', () => resolve(false));
    opening.addEventListener('success', () => {
      const transaction = opening.result.transaction('rows', 'readwrite');
      const end = (isStored: boolean) => (): void => {
        opening.result.close();
        resolve(isStored);
      };
      transaction.addEventListener('complete', end(true));
      transaction.addEventListener('abort', end(false));
      transaction.objectStore('rows').add(bytes);
    });
  });
}

/** Runs in the page. */
function remove(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.addEventListener('success', () => resolve());
    deleting.addEventListener('error', () => reject(deleting.error ?? new Error('the filler stays')));
  });
}

/** A text of random letters that no file compresses by much. */
export function randomText({ random }: Session, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(48 + random.between(0, 63))).join('');
}
