import { Workbox } from 'workbox-window/build/workbox-window.prod.mjs';
import { withDeadline } from '../clock.ts';
import { isNudgeloopError } from '../errors.ts';
import type { GivenRegistration, ServiceWorkerOptions } from './client-options.ts';
import { disposed } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';
import { becomesActive, followUpdates } from './worker-life.ts';
import { unavailable } from './unavailable.ts';
import { withWords } from './with-words.ts';

/** An active worker and what becomes of it. */
export interface WorkerSource {
  /** The worker that is active now, if there is one. */
  getWorker(): ServiceWorker | undefined;
  /** Looks whether the browser still knows the worker, and registers it again if not. */
  verify(): void;
  /** Looks for a newer script. Needed, since nothing is ever navigated inside a scope of its own. */
  checkForUpdate(): void;
  /** Tells whether a newer worker is being installed, or waits. */
  isUpdating(): boolean;
  /** Tells whether one waits for the app's pages to close, and so does not take over by itself. */
  isWaiting(): boolean;
  /** Ends the watch; the registration stays. */
  close(): void;
}

/** Options of `findWorker`. */
export interface FindWorkerOptions {
  readonly worker: ServiceWorkerOptions | GivenRegistration;
  readonly realm: Pick<PageRealm, 'baseUrl' | 'clock' | 'isPage' | 'noWorker' | 'serviceWorker' | 'isOnline'>;
  /** Milliseconds until it must be active, from now and with the fetch of its script. */
  readonly deadline: number;
  /** Told when another worker took over. */
  readonly onActivated: () => void;
  /** Told when a new worker waits for the app's pages to close. */
  readonly onWaiting: () => void;
  /** Nothing is registered after its end. */
  readonly signal: AbortSignal;
}

/**
 * Workbox holds each message that comes to the page, the app's own too, until it knows its worker, and it knows none for as long as
 * the script is the one of the last visit. Nobody listens to these messages here.
 */
class Registrar extends Workbox {
  override async getSW(): Promise<never> {
    return undefined as never;
  }
}

/** One for each script and scope, however many clients and tries: its listeners stay for as long as the page lives. */
const registrars = new Map<string, Registrar>();

function registrarOf({ url, ...rest }: ServiceWorkerOptions): Registrar {
  const key = [url, rest.scope, rest.type].join();
  const registrar = registrars.get(key) ?? new Registrar(url as string, rest);
  registrars.set(key, registrar);
  return registrar;
}

/**
 * Finds an active service worker: registers the script, or takes the app's own registration. It never makes a worker
 * skip waiting, claim, unregister, nor the page reload.
 *
 * @throws NudgeloopError `worker.unavailable`, with the `reason` in its details
 */
export async function findWorker(options: FindWorkerOptions): Promise<WorkerSource> {
  const { worker, realm, deadline, onActivated, onWaiting, signal } = options;
  const { serviceWorker: container, noWorker } = realm;
  if (container === undefined || noWorker) throw unavailable(noWorker ?? 'unsupported');
  const watching = new AbortController();
  const url = isGiven(worker) ? '' : String(worker.url);

  const register = async (): Promise<ServiceWorkerRegistration> => {
    if (signal.aborted) throw disposed();
    // No updateViaCache: by default the script itself never comes from the HTTP cache, and an app that registers the same
    // script leaves it out too. Two modes would undo each other at every load.
    const made = await (isGiven(worker) ? worker : registrarOf(worker).register({ immediate: true }));
    if (made?.active === undefined) throw unavailable('blocked', url);
    return made;
  };

  // A server that takes the request and never answers leaves register() pending for good.
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    withDeadline(realm.clock, deadline, work, () => unavailable('inactive', url));

  /** The registration of an earlier visit: `register()` waits behind a look for updates, in Chromium for seconds. */
  const known = async (): Promise<ServiceWorkerRegistration | undefined> => {
    if (isGiven(worker)) return undefined;
    // As register() reads them: script and scope from the page's base, a scope that nobody gave from the script.
    const base = realm.baseUrl();
    const script = new URL(url, base).href;
    const scope = new URL(worker.scope ?? new URL('./', script), base).href;
    const found = await container.getRegistration(scope);
    return found?.scope === scope && found.active?.scriptURL === script ? found : undefined;
  };

  let registration!: ServiceWorkerRegistration;
  let wasActive = false;

  /** Follows a registration from now on, and waits until its worker is active. */
  const take = (next: ServiceWorkerRegistration): Promise<void> => {
    if (next !== registration) followUpdates((registration = next), realm.clock, watching.signal, onActivated, onWaiting);
    return becomesActive(next, url, realm.clock, deadline);
  };

  const find = async (): Promise<void> => {
    // What there is against URL or scope, register() says in words that are told apart.
    const made = (await known().catch(() => undefined)) ?? (await register());
    wasActive = made.active !== null;
    await take(made);
  };

  await inTime(find()).catch((error: unknown) => {
    watching.abort();
    if (isNudgeloopError(error)) throw error;
    const isOnline = realm.isOnline();
    // What tells the reasons apart is fetched too: without it, this one is true of that at least.
    const failure = unavailable('network', url, error);
    return withWords(realm.clock, failure, ({ registrationFailure }) => registrationFailure(error, url, isOnline));
  });

  let isRecovering = false;
  /** Site data was cleared, or somebody unregistered the worker while the page lives: it is registered once more. */
  const recover = async (): Promise<void> => {
    if (isRecovering || watching.signal.aborted) return;
    isRecovering = true;
    await inTime(isGiven(worker) ? ofScope(container, registration) : register())
      .then(take)
      .then(onActivated)
      // The calls that wait meanwhile run into their deadline, and the next one tries again.
      .catch(() => undefined);
    isRecovering = false;
  };

  return {
    getWorker() {
      const { active } = registration;
      if (active !== null && active.state !== 'redundant') return active;
      void recover();
      return undefined;
    },
    verify() {
      // In Firefox, a worker that was cleared away with the site's data goes on, active as ever, as long as it controls a page.
      container.getRegistration(registration.scope).then(
        // Another scope is another worker, such as the app's own.
        (known) => (known?.scope === registration.scope ? undefined : recover()),
        () => undefined,
      );
    },
    checkForUpdate() {
      // An app that made the registration looks for updates itself; a fresh one was fetched just now.
      if (isGiven(worker) || !wasActive) return;
      // Registered as well: options such as the type may be others than at the last visit.
      register().then((again) => again.update()).catch(() => undefined);
    },
    isUpdating: () => (registration.installing ?? registration.waiting) !== null,
    isWaiting: () => registration.waiting !== null,
    close: () => watching.abort(),
  };
}

/** What the browser has at the scope of a registration now: the registration itself, unless there is a later one. */
async function ofScope(container: ServiceWorkerContainer, registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const found = await container.getRegistration(registration.scope);
  // Of another scope it is another worker's, such as the app's own.
  return found?.scope === registration.scope ? found : registration;
}

/** Tells what the app registered itself from options for it. */
export function isGiven(worker: object): worker is GivenRegistration {
  return 'addEventListener' in worker || 'then' in worker;
}
