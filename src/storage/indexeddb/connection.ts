import type { IDBPDatabase } from 'idb';
import { withDeadline, type Clock, type IdSource } from '../../clock.ts';
import { NudgeloopError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { openDatabase, type OpenEvents } from './open-database.ts';
import type { OpenLocks } from './open-locks.ts';
import { upgrade, type Schema } from './schema.ts';
import { storageError } from './storage-error.ts';

/** How long transactions may go on when the browser took their handle away; Firefox (ESR 140) ends some of them without any event. */
const TAKEN_AWAY_MS = 1_000;

/** An open queued behind a blocked one gets no event at all, in any browser; so every open has a deadline. */
const OPEN_DEADLINE_MS = 5_000;

/**
 * An open that was asked for. One that is blocked is kept when its callers' time is up: another would queue up behind it and
 * hear nothing, and the handle of the first would come when nobody waits for it.
 */
interface Opening {
  readonly request: Promise<IDBPDatabase<Schema>>;
  database: IDBPDatabase<Schema> | undefined;
  /** Another context keeps an older version open. */
  isBlocked: boolean;
  /** Ends what is under way on the handle. */
  readonly underWay: Set<() => void>;
  /** The upgrade's own transaction, which knows why it was aborted. */
  upgrade?: Pick<IDBTransaction, 'error'>;
}

/** The one open handle of a database, made when needed and made again when the browser closed it. */
export interface Connection {
  open(): Promise<IDBPDatabase<Schema>>;
  /** Begins a transaction; if the handle turned out to be dead, once more on a fresh one. */
  begin<T>(start: (database: IDBPDatabase<Schema>) => T): Promise<T>;
  /**
   * Follows what is under way on a handle.
   *
   * @param end called a while after the browser took the handle away
   * @returns ends it
   */
  follow(database: IDBPDatabase<Schema>, end: () => void): () => void;
  /** Lets go of a handle, if it is still the one; the next call opens another. */
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
        // The open of an upgrade that is aborted, on a full disk above all, says AbortError and no more.
        transaction.done.catch(() => undefined);
        begun.upgrade = transaction;
        upgrade(database, transaction, from, newId());
      },
      blocked() {
        begun.isBlocked = true;
      },
      empty() {
        log?.warn('storage.degraded', { reason: 'empty' });
      },
      blocking(_current, _blocked, event) {
        // Another context wants to upgrade or delete: idb does not close by itself, and staying would block it for ever.
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

  /** The time of a caller is up. What is blocked will come; of anything else nobody knows, so that the next call asks anew. */
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
        // InvalidStateError: the browser closed the handle (site data cleared, a suspended phone) and told nobody yet.
        if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw storageError(error);
        // First dropped, then told: whoever hears of it reads the epoch, which must not be the dead handle's.
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
      // Not waited for, since one that is blocked may come in an hour. A database lets its transactions end before it closes.
      closing?.request.then((database) => database.close()).catch(() => undefined);
    },
  };
}
