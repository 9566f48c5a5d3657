import type { Clock } from '../clock.ts';
import { workLock } from '../protocol/names.ts';
import type { HostOptions } from './host-types.ts';

/** The part of the browser's Web Locks that is used; pass `navigator.locks`. */
export interface WorkLocks {
  /** Runs work once the lock is free, or with `steal` at once. */
  request(name: string, options: { readonly steal: boolean }, work: () => Promise<void>): Promise<unknown>;
  /** Tells who holds which lock. */
  query(): Promise<{ readonly held?: readonly { readonly name?: string; readonly clientId?: string }[] }>;
}

/** Options of `createExclusiveWork`. */
export interface ExclusiveWorkOptions {
  /** Undefined on an insecure origin. There the fence in the database keeps two runs apart. */
  readonly locks: WorkLocks | undefined;
  readonly database: string;
  readonly clock: Clock;
  /** Milliseconds that an untrusted strategy may take. */
  readonly strategyDeadline: number;
}

/**
 * How long a run may hold the lock in addition to its last strategy, in milliseconds: it starts nothing new after twenty
 * seconds, and the rest is for a slow disk.
 */
const HELD_MS = 30_000;

/** When to look for the first time who holds the lock, in milliseconds. */
const LOOK_MS = 1_000;

/** The longest wait that timers can count, in milliseconds; beyond it they fire at once. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * Makes a function that does the pending work of a loop while no other host does. A holder that keeps the lock longer
 * than any run takes is in a page that the browser has frozen, so the lock is taken from it. If that page goes on one
 * day, the fence in the database keeps its results from being stored. If several hold the lock one after the other,
 * each gets its time.
 */
export function createExclusiveWork({ locks, database, clock, strategyDeadline }: ExclusiveWorkOptions): HostOptions['exclusively'] {
  return (loop, given) => {
    // An app's own work may throw before it returns a promise.
    const work = async () => given();
    if (locks === undefined) return work();
    const name = workLock(database, loop);
    const holder = async (): Promise<string | undefined> => {
      const { held = [] } = await locks.query().catch(() => ({ held: [] }));
      return held.find((lock) => lock.name === name)?.clientId;
    };
    return new Promise((resolve) => {
      let isBegun = false;
      const begin = async (): Promise<void> => {
        // The waiting request is granted too, after the one that took the lock.
        if (isBegun) return;
        isBegun = true;
        cancel();
        const done = work();
        resolve(done);
        await done.catch(() => undefined);
      };
      const ask = (steal: boolean): void => {
        // If its lock is stolen, a request rejects though its work goes on. If the request is refused, as in a frame
        // without an origin of its own, the work starts without a lock: the fence keeps two runs apart.
        locks.request(name, { steal }, begin).catch(begin);
      };
      const look = async (before?: string): Promise<void> => {
        const now = await holder();
        if (isBegun) return;
        if (now !== undefined && now === before) return ask(true);
        cancel = clock.schedule(Math.min(HELD_MS + strategyDeadline, LONGEST_WAIT_MS), () => void look(now));
      };
      // If the lock is granted at once, nobody needs to look.
      let cancel = clock.schedule(LOOK_MS, () => void look());
      ask(false);
    });
  };
}
