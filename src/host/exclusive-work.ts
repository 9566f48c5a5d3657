import type { Clock } from '../clock.ts';
import { workLock } from '../protocol/names.ts';
import type { HostOptions } from './host-types.ts';

/** What is used of the browser's Web Locks; `LockManager` is one. */
export interface WorkLocks {
  request(name: string, options: { readonly steal: boolean }, work: () => Promise<void>): Promise<unknown>;
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

/** The longest wait that timers can count, in milliseconds; beyond it they fire at once. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * Makes the way to do the pending work of a loop while no other host does. Whoever holds the lock for longer than any run
 * takes sits in a page that the browser has frozen, and is overtaken: should it go on one day, the fence
 * in the database keeps what it does from being stored.
 */
export function createExclusiveWork({ locks, database, clock, strategyDeadline }: ExclusiveWorkOptions): HostOptions['exclusively'] {
  return (loop, work) => {
    if (locks === undefined) return work();
    return new Promise((resolve, reject) => {
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
        // A request whose lock is stolen rejects, though its work goes on.
        locks.request(workLock(database, loop), { steal }, begin).catch((error: Error) => (isBegun ? undefined : reject(error)));
      };
      const cancel = clock.schedule(Math.min(HELD_MS + strategyDeadline, LONGEST_WAIT_MS), () => ask(true));
      ask(false);
    });
  };
}
