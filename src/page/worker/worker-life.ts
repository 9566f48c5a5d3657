import type { Clock } from '../../clock.ts';
import { unavailable } from './unavailable.ts';

/**
 * How long a worker must wait to count as waiting, in milliseconds. Even if no page holds it back, it waits for a
 * moment.
 */
const WAITING_MS = 500;

/**
 * Waits until a registration has an active worker. The worker need not control the page: with a scope of its own it never
 * does.
 *
 * @param registration the registration
 * @param url its script, for the error
 * @throws NudgeloopError `worker.unavailable` if it can't be installed
 */
export function becomesActive(registration: ServiceWorkerRegistration, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    const end = (settle: () => void): void => {
      ended.abort();
      settle();
    };
    const check = (worker?: ServiceWorker): void => {
      if (activeOf(registration)) end(resolve);
      else if (worker?.state === 'redundant') end(() => reject(unavailable('install-failed', url)));
    };
    watchNext(registration, signal, check);
    check();
  });
}

/** The worker to which messages may be sent: one that was removed may stay the registration's active one. */
export function activeOf({ active }: ServiceWorkerRegistration): ServiceWorker | undefined {
  return active && active.state !== 'redundant' ? active : undefined;
}

/**
 * Follows a registration's next workers.
 *
 * @param registration the registration
 * @param clock measures what counts as waiting
 * @param signal ends it
 * @param activated called when a worker took over
 * @param waiting called when a worker waits for the app's pages to close
 */
export function followUpdates(
  registration: ServiceWorkerRegistration,
  clock: Clock,
  signal: AbortSignal,
  activated: () => void,
  waiting: () => void,
): void {
  watchNext(registration, signal, (worker) => {
    if (worker.state === 'activated') activated();
    if (worker.state !== 'installed' || !registration.active) return;
    clock.schedule(WAITING_MS, () => {
      if (registration.waiting === worker && !signal.aborted) waiting();
    });
  });
}

/** Looks at each worker that is to become active, now and at each change of its state. */
function watchNext(registration: ServiceWorkerRegistration, signal: AbortSignal, look: (worker: ServiceWorker) => void): void {
  const watched = new WeakSet<ServiceWorker>();
  const watch = (worker: ServiceWorker | null): void => {
    // `register` resolves before `updatefound` announces the same worker.
    if (!worker || watched.has(worker)) return;
    watched.add(worker);
    worker.addEventListener('statechange', () => look(worker), { signal });
    look(worker);
  };
  watch(registration.installing);
  watch(registration.waiting);
  registration.addEventListener('updatefound', () => watch(registration.installing), { signal });
}
