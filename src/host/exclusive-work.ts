import type { Clock } from '../clock.ts';
import { workLock } from '../protocol/names.ts';
import type { HostOptions } from './host-types.ts';

/** What is used of the browser's Web Locks; `LockManager` is one. */
export interface WorkLocks {
  /** Runs work once the lock is free, or with `steal` at once. */
  request(name: string, options: { readonly steal: boolean }, work: () => Promise<void>): Promise<unknown>;
  /** Says who holds which lock. */
  query(): Promise<{ readonly held?: readonly { readonly name?: string; readonly clientId?: string }[] }>;
}

/** Options of `createExclusiveWork`. */
export interface ExclusiveWorkOptions {
  /** Undefined on an insecure origin: there the fence in the database keeps two runs apart. */
  readonly locks: WorkLocks | undefined;
  readonly database: string;
  readonly clock: Clock;
  /** Milliseconds that an untrusted strategy may take. */
  readonly strategyDeadline: number;
}

/**
 * How long a run may hold the lock beside its last strategy, in milliseconds: it takes up nothing new after twenty seconds,
 * and the rest is for a slow disk.
 */
const HELD_MS = 30_000;

/** After how long it is first looked who holds the lock, in milliseconds. */
const LOOK_MS = 1_000;

/** The longest wait that timers can count, in milliseconds; beyond it they fire at once. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * Makes the way to do the pending work of a loop while no other host does. Whoever holds the lock for longer than any run
 * takes sits in a page that the browser has frozen, and is overtaken: should it go on one day, the fence
 * in the database keeps what it does from being stored. Several that have it one after the other are each given their time.
 */
export function createExclusiveWork({ locks, database, clock, strategyDeadline }: ExclusiveWorkOptions): HostOptions['exclusively'] {
  return (loop, work) => {
    if (locks === undefined) return work();
    const name = workLock(database, loop);
    const holder = async (): Promise<string | undefined> => {
      const { held = [] } = await locks.query().catch(() => ({ held: [] }));
      return held.find((lock) => lock.name === name)?.clientId;
    };
    return new Promise((resolve) => {
      let isBegun = false;
      const begin = async (): Promise<void> => {
        // The request that waited is granted too, once the one that overtook is done.
        if (isBegun) return;
        isBegun = true;
        cancel();
        const done = work();
        resolve(done);
        await done.catch(() => undefined);
      };
      const ask = (steal: boolean): void => {
        // A request whose lock is stolen rejects, though its work goes on. One that is refused, as in a frame without an origin of its own,
        // is done without: the fence keeps two runs apart.
        locks.request(name, { steal }, begin).catch(begin);
      };
      const look = async (before?: string): Promise<void> => {
        const now = await holder();
        if (isBegun) return;
        if (now !== undefined && now === before) return ask(true);
        cancel = clock.schedule(Math.min(HELD_MS + strategyDeadline, LONGEST_WAIT_MS), () => void look(now));
      };
      // Whoever gets the lock at once need not know who had it.
      let cancel = clock.schedule(LOOK_MS, () => void look());
      ask(false);
    });
  };
}
