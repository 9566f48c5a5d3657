import type { IDBPDatabase } from 'idb';
import { withDeadline, type Clock, type IdSource } from '../../clock.ts';
import { NudgeloopError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { openDatabase, type OpenEvents } from './open-database.ts';
import type { OpenLocks } from './open-locks.ts';
import { upgrade, type Schema } from './schema.ts';
import { storageError } from './storage-error.ts';

/**
 * How long transactions may continue after the browser took their handle away. Firefox (ESR 140) ends some of them
 * without any event.
 */
const TAKEN_AWAY_MS = 1_000;

/** In any browser, an open that queues behind a blocked one gets no event at all. So every open has a deadline. */
const OPEN_DEADLINE_MS = 5_000;

/**
 * A requested open. If it is blocked, it is kept even after its callers' deadline: another open would queue behind it
 * and get no event, and the handle of the first would arrive with nobody waiting.
 */
interface Opening {
  readonly request: Promise<Handle>;
  /** Another context keeps an older version open. */
  isBlocked: boolean;
  /** The upgrade's own transaction, which knows why it was aborted. */
  upgrade?: Pick<IDBTransaction, 'error'>;
  /** Set once it is open. */
  handle?: Handle;
}

/** An open database. */
export interface Handle {
  readonly database: IDBPDatabase<Schema>;
  /** Ends each transaction in progress: called a while after the browser took the handle away. */
  readonly underWay: Set<() => void>;
  /**
   * The epoch, once it was read. If the browser destroys the database, both the handle and the epoch are new. But another
   * context may erase everything, which keeps the handle, so each look at a loop brings the epoch too.
   */
  epoch?: Promise<string> | undefined;
}

/** The one open handle of a database. It is opened when needed, and reopened if the browser closed it. */
export interface Connection {
  open(): Promise<Handle>;
  /** Starts a transaction. If the handle is dead, starts it once more on a fresh one. */
  begin<T>(start: (database: IDBPDatabase<Schema>) => T): Promise<readonly [T, Handle]>;
  /** Closes a handle. If it is the current one, the next call opens another. */
  release(handle: Handle): void;
  close(): Promise<void>;
}

/** Makes a connection; nothing is opened yet. */
export function createConnection(options: {
  readonly database: string;
  readonly newId: IdSource;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly locks?: OpenLocks | undefined;
}): Connection {
  const { database: name, newId, clock, log, locks } = options;
  let opening: Opening | undefined;

  const drop = (dropped: Opening): void => {
    if (opening === dropped) opening = undefined;
  };

  const takenAway = (taken: Handle | undefined): void => {
    clock.schedule(TAKEN_AWAY_MS, () => taken?.underWay.forEach((end) => end()));
  };

  const request = (): Opening => {
    const events: OpenEvents = {
      upgrade(database, from, _to, transaction) {
        // If an upgrade is aborted, usually by a full disk, the open says AbortError and nothing else.
        transaction.done.catch(() => undefined);
        begun.upgrade = transaction;
        upgrade(database, transaction, from, newId);
      },
      blocked() {
        begun.isBlocked = true;
      },
      empty() {
        log?.warn('storage.degraded', { reason: 'empty' });
      },
      blocking(_current, _blocked, event) {
        // Another context wants to upgrade or delete. idb does not close by itself, and an open handle would block it
        // forever.
        drop(begun);
        (event.target as IDBDatabase).close();
      },
      terminated() {
        drop(begun);
        takenAway(begun.handle);
        log?.warn('storage.degraded', { reason: 'terminated' });
      },
    };
    const opened = openDatabase(name, events, locks).then((database): Handle => (begun.handle = { database, underWay: new Set() }));
    const begun: Opening = { isBlocked: false, request: opened };
    opened.catch(() => drop(begun));
    return begun;
  };

  const open = async (): Promise<Handle> => {
    const waited = (opening ??= request());
    if (waited.handle !== undefined) return waited.handle;
    try {
      return await withDeadline(clock, OPEN_DEADLINE_MS, waited.request, () => late(waited));
    } catch (error) {
      throw storageError(waited.upgrade?.error ?? error);
    }
  };

  /**
   * A caller's deadline has passed. A blocked open will still arrive; any other is given up, so the next call opens
   * again.
   */
  const late = (waited: Opening): NudgeloopError => {
    if (waited.isBlocked) return new NudgeloopError('storage.blocked', 'Another tab keeps an older version of the database open. Close or reload it.');
    if (opening === waited) {
      drop(waited);
      closeLate(waited);
    }
    return new NudgeloopError('storage.failed', 'The database did not open in time. Try again.', { seen: 'deadline' });
  };

  const closeLate = ({ request }: Opening): void => void request.then(({ database }) => database.close()).catch(() => undefined);

  const release = (handle: Handle): void => {
    if (opening?.handle === handle) opening = undefined;
    handle.database.close();
  };

  const begin = async <T>(start: (database: IDBPDatabase<Schema>) => T, isSecond = false): Promise<readonly [T, Handle]> => {
    const handle = await open();
    try {
      return [start(handle.database), handle];
    } catch (error) {
      // InvalidStateError: the browser closed the handle (site data cleared, a suspended phone) and has told nobody yet.
      if (isSecond || !(error instanceof DOMException) || error.name !== 'InvalidStateError') throw storageError(error);
      // Release before logging: whoever reads the event reads the epoch, and must not get the dead handle's.
      release(handle);
      takenAway(handle);
      log?.warn('storage.degraded', { reason: 'reopened' });
      return begin(start, true);
    }
  };

  return {
    open,
    release,
    begin: (start) => begin(start),
    async close() {
      const closing = opening;
      opening = undefined;
      // Not awaited: a blocked open may take an hour. A database finishes its transactions before it closes.
      if (closing !== undefined) closeLate(closing);
    },
  };
}
