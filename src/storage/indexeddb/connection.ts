import { openDB, type IDBPDatabase } from 'idb';
import { withDeadline, type Clock, type IdSource } from '../../clock.ts';
import { NudgeloopError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { DATABASE_VERSION, upgrade, type Schema } from './schema.ts';
import { storageError } from './storage-error.ts';

/** An open queued behind a blocked one gets no event at all, in any browser; so every open has a deadline. */
const OPEN_DEADLINE_MS = 5_000;

/** The one open handle of a database, made when needed and made again when the browser closed it. */
export interface Connection {
  open(): Promise<IDBPDatabase<Schema>>;
  /** Begins a transaction; if the handle turned out to be dead, once more on a fresh one. */
  begin<T>(start: (database: IDBPDatabase<Schema>) => T): Promise<T>;
  close(): Promise<void>;
}

/** Makes a connection; nothing is opened yet. */
export function createConnection(options: {
  readonly database: string;
  readonly newId: IdSource;
  readonly clock: Clock;
  readonly log?: Log;
}): Connection {
  const { database: name, newId, clock, log } = options;
  // The promise is kept, not the handle: two callers at start must not open twice.
  let opening: Promise<IDBPDatabase<Schema>> | undefined;

  const drop = (dropped: Promise<IDBPDatabase<Schema>>): void => {
    if (opening === dropped) opening = undefined;
  };

  const open = (): Promise<IDBPDatabase<Schema>> => {
    if (opening !== undefined) return opening;
    let isBlocked = false;
    let isLate = false;
    const request = openDB<Schema>(name, DATABASE_VERSION, {
      upgrade(database, from, _to, transaction) {
        upgrade(database, from, newId(), (epoch) => {
          transaction.objectStore('meta').put(epoch, 'epoch').catch(() => undefined);
        });
      },
      blocked() {
        isBlocked = true;
      },
      blocking(_current, _blocked, event) {
        // Another context wants to upgrade or delete: idb does not close by itself, and staying would block it for ever.
        drop(opened);
        (event.target as IDBDatabase).close();
      },
      terminated() {
        drop(opened);
        log?.warn('storage.degraded', { reason: 'terminated' });
      },
    });
    request.then(
      (database) => isLate && database.close(),
      () => undefined,
    );
    const opened: Promise<IDBPDatabase<Schema>> = withDeadline(clock, OPEN_DEADLINE_MS, request, () => {
      isLate = true;
      return isBlocked
        ? new NudgeloopError('storage.blocked', 'Another tab keeps an older database open. Close or reload it.')
        : new NudgeloopError('storage.failed', 'The database did not open in time. Try again.', { seen: 'deadline' });
    }).catch((error: unknown) => {
      drop(opened);
      throw storageError(error);
    });
    opening = opened;
    return opened;
  };

  return {
    open,
    async begin(start) {
      const handle = open();
      const database = await handle;
      try {
        return start(database);
      } catch (error) {
        // InvalidStateError: the browser closed the handle (site data cleared, a suspended phone) and told nobody yet.
        if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw storageError(error);
        // First dropped, then told: whoever hears of it reads the epoch, which must not be the dead handle's.
        drop(handle);
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
      await closing?.then((database) => database.close()).catch(() => undefined);
    },
  };
}
