import { withDeadline } from '../../clock.ts';
import { isNudgeloopError, type NudgeloopError } from '../../errors.ts';
import type { GivenRegistration, ServiceWorkerOptions } from '../client-options.ts';
import { disposed } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';
import { registrarOf } from './registrar.ts';
import { unavailable } from './unavailable.ts';
import { withWords } from './with-words.ts';
import { activeOf, becomesActive, followUpdates } from './worker-life.ts';

/** An active worker, and how to follow it. */
export interface WorkerSource {
  /** Where its messages arrive. */
  readonly messages: ServiceWorkerContainer;
  /** The worker that is active now, if there is one. */
  getWorker(): ServiceWorker | undefined;
  /** Checks whether the browser still knows the worker, and registers it again if not. */
  verify(): void;
  /** Looks for a newer script. Browsers do so on navigation, but nothing ever navigates within a scope of its own. */
  checkForUpdate(): void;
  /**
   * Has the browser fetch the script anew.
   *
   * @throws NudgeloopError `worker.unavailable` if it can't, with the `reason` in its details
   */
  update(): Promise<unknown>;
  /** Makes the error that says that the worker does not answer. Its details name the worker's `script`: it may be another's. */
  silent(cause?: unknown): NudgeloopError;
  /** Tells whether a newer worker is being installed or waits. */
  isUpdating(): boolean;
  /** Ends the watch; the registration stays. */
  close(): void;
}

/** Options of `findWorker`. */
export interface FindWorkerOptions {
  readonly worker: ServiceWorkerOptions | GivenRegistration;
  readonly realm: Pick<PageRealm, 'baseUrl' | 'clock' | 'noWorker' | 'serviceWorker' | 'isOnline'>;
  /** Milliseconds until it must be active, from now on, including the fetch of its script. */
  readonly deadline: number;
  /** The same for a worker of the app's own, which first fetches the app's files. */
  readonly patience: number;
  /** Called when another worker took over. */
  readonly onActivated: () => void;
  /** Called when a new worker waits for the app's pages to close. */
  readonly onWaiting: () => void;
  /** Called when there is no worker any more, and none can be had: with `worker.unavailable`. */
  readonly onGone: (error: NudgeloopError) => void;
  /** After it is aborted, nothing is registered. */
  readonly signal: AbortSignal;
}

/**
 * Finds an active service worker: registers the script, or takes the app's own registration. It never makes a worker skip
 * waiting, claim or unregister, and never reloads the page.
 *
 * @throws NudgeloopError `worker.unavailable`, with the `reason` in its details
 */
export async function findWorker(options: FindWorkerOptions): Promise<WorkerSource> {
  const { worker, realm, deadline, patience, onActivated, onWaiting, onGone, signal } = options;
  const { serviceWorker: container, noWorker } = realm;
  if (!container || noWorker) throw unavailable(noWorker || 'unsupported');
  const watching = new AbortController();
  const url = isGiven(worker) ? '' : String(worker.url);

  /** What the browser has at this very scope now. Another scope means another worker, such as the app's own. */
  const ofScope = async (scope: string): Promise<ServiceWorkerRegistration | undefined> => {
    const found = await container.getRegistration(scope);
    return found?.scope === scope ? found : undefined;
  };

  const register = async (): Promise<ServiceWorkerRegistration> => {
    if (signal.aborted) throw disposed();
    // No updateViaCache: by default the script itself never comes from the HTTP cache. An app that registers the same
    // script leaves it out too, and two different modes would undo each other at every load.
    const made = await (isGiven(worker) ? worker : registrarOf(worker).register({ immediate: true }));
    if (made?.active === undefined) throw unavailable(isGiven(worker) ? 'not-registered' : 'blocked', url);
    if (activeOf(made) ?? made.installing ?? made.waiting) return made;
    // The app's own is gone. There may be a later one.
    const later = await ofScope(made.scope);
    if (!later) throw unavailable('unregistered');
    return later;
  };

  let limit = isGiven(worker) ? patience : deadline;
  // If a server accepts the request and never answers, register() stays pending forever.
  const inTime = <T>(work: Promise<T>): Promise<T> =>
    withDeadline(realm.clock, limit, work, () => unavailable('inactive', url));

  /** The same, and what the browser says of a failure becomes `worker.unavailable`. */
  const withReason = <T>(work: Promise<T>): Promise<T> =>
    inTime(work).catch((error: unknown) => {
      if (isNudgeloopError(error)) throw error;
      const isOnline = realm.isOnline();
      // The code that tells the reasons apart must be loaded too. If that fails, at least this reason is true.
      const failure = unavailable('network', url, error);
      return withWords(realm.clock, failure, ({ registrationFailure }) => registrationFailure(error, url, isOnline));
    });

  /** The registration of an earlier visit. `register()` waits for a look for updates, in Chromium for seconds. */
  const known = async (): Promise<ServiceWorkerRegistration | undefined> => {
    if (isGiven(worker)) return undefined;
    // As register() resolves them: script and scope against the page's base, a default scope against the script.
    const base = realm.baseUrl();
    const script = new URL(url, base).href;
    const scope = new URL(worker.scope ?? new URL('./', script), base).href;
    const found = await ofScope(scope);
    if (found?.active?.scriptURL === script) return found;
    // The ready-made worker has a scope of its own, in which there is no page of the app.
    if (!found?.active && base.startsWith(scope)) limit = patience;
    return undefined;
  };

  let registration!: ServiceWorkerRegistration;
  let wasActive = false;

  /** Follows a registration from now on, and waits until its worker is active. */
  const take = (next: ServiceWorkerRegistration): Promise<void> => {
    if (next !== registration) followUpdates((registration = next), realm.clock, watching.signal, onActivated, onWaiting);
    return becomesActive(next, url);
  };

  const begin = async (kept: ServiceWorkerRegistration | undefined): Promise<void> => {
    const made = kept ?? (await register());
    wasActive = !!made.active;
    await take(made);
  };

  // If URL or scope is wrong, register() says so in words that can be told apart.
  const kept = await inTime(known()).catch(() => undefined);
  await withReason(begin(kept)).catch((error: unknown) => {
    watching.abort();
    throw error;
  });

  let isRecovering = false;
  /** Site data was cleared, or the worker was unregistered while the page lives: registers it once more. */
  const recover = async (): Promise<void> => {
    if (isRecovering || watching.signal.aborted) return;
    isRecovering = true;
    // Calls wait for this, each no longer than its deadline: the next host needs a part of that.
    limit = patience;
    const failure = await withReason(register().then(take)).catch((error: NudgeloopError) => error);
    isRecovering = false;
    // The link was closed meanwhile: what was found is of no concern to the next host.
    if (watching.signal.aborted) return;
    // In spite of a failure there may be a worker, which took over while the browser was busy with another update.
    if (failure && !activeOf(registration)) onGone(failure);
    else onActivated();
  };

  return {
    messages: container,
    getWorker() {
      const active = activeOf(registration);
      if (!active) void recover();
      return active;
    },
    verify() {
      // In Firefox, a worker that was removed with the site's data stays active as long as it controls a page.
      ofScope(registration.scope)
        .then((found) => void (found ?? recover()))
        .catch(() => undefined);
    },
    checkForUpdate() {
      // An app that made the registration looks for updates itself; a new one was fetched a moment ago.
      if (isGiven(worker) || !wasActive) return;
      // Register too: options such as the type may differ from those of the last visit.
      register().then((again) => again.update()).catch(() => undefined);
    },
    update: () => withReason(registration.update()),
    silent: (cause) => unavailable('no-answer', url, cause, { script: registration.active?.scriptURL ?? '' }),
    isUpdating: () => !!(registration.installing ?? registration.waiting),
    close: () => watching.abort(),
  };
}

/** Tells a registration that the app made from options for one. */
export function isGiven(worker: object): worker is GivenRegistration {
  return 'addEventListener' in worker || 'then' in worker;
}
