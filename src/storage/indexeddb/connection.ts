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
  readonly request: Promise<IDBPDatabase<Schema>>;
  database: IDBPDatabase<Schema> | undefined;
  /** Another context keeps an older version open. */
  isBlocked: boolean;
  /** Ends what is in progress on the handle. */
  readonly underWay: Set<() => void>;
  /** The upgrade's own transaction, which knows why it was aborted. */
  upgrade?: Pick<IDBTransaction, 'error'>;
}

/** The one open handle of a database. It is opened when needed, and reopened if the browser closed it. */
export interface Connection {
  open(): Promise<IDBPDatabase<Schema>>;
  /** Starts a transaction. If the handle is dead, starts it once more on a fresh one. */
  begin<T>(start: (database: IDBPDatabase<Schema>) => T): Promise<T>;
  /**
   * Tracks what is in progress on a handle.
   *
   * @param end called a while after the browser took the handle away
   * @returns ends the tracking
   */
  follow(database: IDBPDatabase<Schema>, end: () => void): () => void;
  /** Closes a handle. If it is the current one, the next call opens another. */
  release(database: IDBPDatabase<Schema>): void;
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
  const openings = new WeakMap<IDBPDatabase<Schema>, Opening>();

  const drop = (dropped: Opening): void => {
    if (opening === dropped) opening = undefined;
  };

  const takenAway = (taken: Opening | undefined): void => {
    clock.schedule(TAKEN_AWAY_MS, () => taken?.underWay.forEach((end) => end()));
  };

  const begin = (): Opening => {
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
        takenAway(begun);
        log?.warn('storage.degraded', { reason: 'terminated' });
      },
    };
    const begun: Opening = { isBlocked: false, underWay: new Set(), database: undefined, request: openDatabase(name, events, locks) };
    begun.request.then(
      (database) => {
        begun.database = database;
        openings.set(database, begun);
      },
      () => drop(begun),
    );
    return begun;
  };

  const open = async (): Promise<IDBPDatabase<Schema>> => {
    const waited = (opening ??= begin());
    if (waited.database !== undefined) return waited.database;
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
      waited.request.then((database) => database.close()).catch(() => undefined);
    }
    return new NudgeloopError('storage.failed', 'The database did not open in time. Try again.', { seen: 'deadline' });
  };

  const release = (database: IDBPDatabase<Schema>): void => {
    if (opening?.database === database) opening = undefined;
    database.close();
  };

  return {
    open,
    release,
    follow(database, end) {
      const underWay = openings.get(database)?.underWay;
      underWay?.add(end);
      return () => underWay?.delete(end);
    },
    async begin(start) {
      const database = await open();
      try {
        return start(database);
      } catch (error) {
        // InvalidStateError: the browser closed the handle (site data cleared, a suspended phone) and has told nobody
        // yet.
        if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw storageError(error);
        // Release before logging: whoever reads the event reads the epoch, and must not get the dead handle's.
        release(database);
        takenAway(openings.get(database));
        log?.warn('storage.degraded', { reason: 'reopened' });
      }
      try {
        return start(await open());
      } catch (error) {
        throw storageError(error);
      }
    },
    async close() {
      const closing = opening;
      opening = undefined;
      // Not awaited: a blocked open may take an hour. A database finishes its transactions before it closes.
      closing?.request.then((database) => database.close()).catch(() => undefined);
    },
  };
}
