import type { Clock } from '../clock.ts';
import { unavailable } from './unavailable.ts';

/** How long a worker must wait to count as waiting, in milliseconds; one that no page holds back waits a moment too. */
const WAITING_MS = 500;

/**
 * Waits until a registration has an active worker: one in control of the page is not needed, and with a scope of its
 * own never comes.
 *
 * @param registration of which
 * @param url its script, for the error
 * @param clock measures the deadline
 * @param deadline in milliseconds
 * @throws NudgeloopError `worker.unavailable`
 */
export function becomesActive(
  registration: ServiceWorkerRegistration,
  url: string,
  clock: Clock,
  deadline: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    const end = (settle: () => void): void => {
      cancel();
      ended.abort();
      settle();
    };
    const cancel = clock.schedule(deadline, () => end(() => reject(unavailable('inactive', url))));
    const check = (worker?: ServiceWorker): void => {
      if (registration.active !== null) end(resolve);
      else if (worker?.state === 'redundant') end(() => reject(unavailable('install-failed', url)));
    };
    watchNext(registration, signal, check);
    check();
  });
}

/**
 * Follows what becomes of a registration's next workers.
 *
 * @param registration of which
 * @param clock measures what counts as waiting
 * @param signal ends it
 * @param activated told when one took over
 * @param waiting told when one waits for the app's pages to close
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
    if (worker.state !== 'installed' || registration.active === null) return;
    clock.schedule(WAITING_MS, () => {
      if (registration.waiting === worker && !signal.aborted) waiting();
    });
  });
}

/** Looks at each worker that is to become the active one, as it is now and whenever that changes. */
function watchNext(registration: ServiceWorkerRegistration, signal: AbortSignal, look: (worker: ServiceWorker) => void): void {
  const watched = new WeakSet<ServiceWorker>();
  const watch = (worker: ServiceWorker | null): void => {
    // `register` fulfils before `updatefound` tells of the same worker.
    if (worker === null || watched.has(worker)) return;
    watched.add(worker);
    worker.addEventListener('statechange', () => look(worker), { signal });
    look(worker);
  };
  watch(registration.installing);
  watch(registration.waiting);
  registration.addEventListener('updatefound', () => watch(registration.installing), { signal });
}
