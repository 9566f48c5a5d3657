import { TabGone, type ChromiumTab, type Tab } from '../engines/engine.ts';
import type { Session } from './session.ts';

/** How to start Firefox so that a site's room can be filled: 20 MiB in total, of which a site gets 10. */
export const smallDisk = { prefs: { 'dom.quotaManager.temporaryStorage.fixedLimit': 20_480 } } as const;

/**
 * The room of a site in Chromium while none is taken away, in bytes. Without this limit nothing could be taken: a
 * browser that saw gigabytes believes in them for half a minute, whatever its quota becomes.
 */
const BOUND = 8_000_000;

/** What a site may free by itself between two looks, in bytes. */
const SLACK = 500_000;

/** A database for writes that find out how much room there is. If there is no other way, it fills the disk. */
const FILLER = 'filler';

/** The room of a session's site, which can be taken away and given back. */
export interface Room {
  /** Leaves the site about that many bytes. It may be less, since browsers count whole files. */
  take(bytes: number): Promise<void>;
  /** Gives back what was taken. */
  give(): Promise<void>;
}

/**
 * Limits the room of a site. Call it before anything is stored. Firefox needs a session with `smallDisk`.
 *
 * @throws Error from `take` if more room is left than expected: nothing was injected
 */
export async function boundRoom(session: Session): Promise<Room> {
  const inTab = await keepTab(session);
  const room = session.engine.name === 'chromium' ? byQuota(session, inTab) : byFilling(session, inTab);
  await room.give();
  return room;
}

/** Does something in the site's tab that is kept for it. */
type InTab = <T>(work: (tab: Tab) => Promise<T>) => Promise<T>;

/**
 * Keeps a tab open: when the tab that set a quota closes, the browser forgets the quota. A busy browser may lose the tab
 * by itself; then what was asked of it is done again in a new one.
 */
async function keepTab({ browser, server }: Session): Promise<InTab> {
  const open = (): Promise<Tab> => browser.open(`${server.origin}/`);
  let tab = await open();
  return async (work) => {
    try {
      return await work(tab);
    } catch (error) {
      if (!(error instanceof TabGone) || error.what === 'the browser') throw error;
      tab = await open();
      return work(tab);
    }
  };
}

function byQuota(session: Session, inTab: InTab): Room {
  const { origin } = session.server;
  const leave = async (tab: ChromiumTab, bytes: number): Promise<void> => {
    const { usage } = await tab.send('Storage.getUsageAndQuota', { origin });
    await tab.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Number(usage) + bytes });
  };
  const takeIn = async (tab: ChromiumTab, bytes: number): Promise<void> => {
    await leave(tab, bytes);
    // When this write is refused, the browser reads the quota again and no longer believes in the earlier room. One
    // value: many small ones would stay in the database's log, and count until that is compacted.
    const isProved = !(await tab.evaluate(fill, FILLER, 1.5 * BOUND));
    const { usage, quota } = await tab.send('Storage.getUsageAndQuota', { origin });
    if (isProved && Number(quota) - Number(usage) <= bytes + SLACK) return session.note('room', bytes);
    await tab.evaluate(remove, FILLER);
    throw new Error('there is room where none should be');
  };
  return {
    take: (bytes) => inTab((tab) => takeIn(tab as ChromiumTab, bytes)),
    async give() {
      await inTab((tab) => leave(tab as ChromiumTab, BOUND));
      session.note('room');
    },
  };
}

function byFilling(session: Session, inTab: InTab): Room {
  return {
    async take(bytes) {
      let filled = 0;
      for (const size of [1_000_000, 200_000, Math.min(100_000, Math.max(10_000, bytes))]) {
        while (await inTab((tab) => tab.evaluate(fill, FILLER, size))) {
          filled += size;
          if (filled > 4 * BOUND) throw new Error('there is room where none should be');
        }
      }
      session.note('room', { bytes, filled });
    },
    async give() {
      await inTab((tab) => tab.evaluate(remove, FILLER));
      session.note('room');
    },
  };
}

/**
 * Writes a number of random bytes, which no file compresses. Resolves with whether they were accepted. Runs in the
 * page.
 */
function fill(name: string, size: number): Promise<boolean> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
  return new Promise((resolve) => {
    // A new connection each time: after a refusal, Firefox accepts nothing more on the old one.
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
