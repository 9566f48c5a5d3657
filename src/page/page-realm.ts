import type { Clock, IdSource } from '../clock.ts';
import type { IndexedDbPersistenceOptions } from '../storage/indexeddb/indexeddb-persistence.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import { systemClock, systemIds } from '../system.ts';

/** What the page uses of the browser, in one place, so a test can provide another. */
export interface PageRealm {
  /** False on a server, where the module may be imported and rendered but nothing can run. */
  readonly isPage: boolean;
  /**
   * What replaces the host's statements in a credentialless frame. The storage there, also of its workers, ends with
   * the page around it, which no worker can know.
   */
  readonly transient?: { readonly durable: false } | false | undefined;
  /** Why no worker can serve this page, if that is known without trying. */
  readonly noWorker: 'insecure' | 'unsupported' | false | undefined;
  /** The base of relative URLs: the page's address, or what a base element says. */
  readonly baseUrl: () => string;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  readonly locks: LockManager | undefined;
  /** Where a host in this page stores its loops. @default IndexedDB */
  readonly createPersistence?: (options: IndexedDbPersistenceOptions) => GoalFeedbackPersistence;
  /** Opens a channel, or returns undefined if the browser has none. */
  readonly openChannel: (name: string) => BroadcastChannel | undefined;
  /** Makes two connected ports. If absent, every request goes by a message that wakes. */
  readonly openPorts?: () => MessageChannel;
  /** Settles once the page is shown, if the browser prerenders it; undefined if it does not. */
  readonly whenActivated?: () => Promise<unknown> | false | undefined;
  readonly isVisible: () => boolean;
  /** False only if the browser is sure that there is no network. */
  readonly isOnline: () => boolean;
  /** Listens to the page's own lifecycle until the signal ends it. */
  readonly onLife: (event: keyof typeof FROZEN, run: () => void, signal: AbortSignal) => void;
}

/**
 * The page's lifecycle events, and the ones that stand for them when a page is frozen
 * (https://wicg.github.io/page-lifecycle/).
 */
const FROZEN = { pagehide: 'freeze', pageshow: 'resume', visibilitychange: 'visibilitychange' } as const;

/** Reads the browser. Touches nothing before it is called. */
export function createPageRealm(): PageRealm {
  const page = (globalThis.document as Document | undefined) && window;
  return {
    isPage: !!page,
    transient: (globalThis as { readonly credentialless?: boolean }).credentialless && { durable: false },
    noWorker:
      page &&
      // A frame without an address of its own (srcdoc). Chromium and Firefox register a worker there, but its messages
      // come from the origin "null", or from one that Firefox makes up, so the worker can't tell them from a stranger's. A
      // frame that a script wrote shows that script's address: Firefox calls it "document", and Chromium registers nothing.
      (!page.location.host || performance.getEntriesByType?.('navigation')[0]?.name === 'document'
        ? 'unsupported'
        : // Absent outside browsers, such as in jsdom.
          (page as Partial<Window>).isSecureContext === false && 'insecure'),
    baseUrl: () => document.baseURI,
    clock: systemClock,
    newId: systemIds,
    // In a sandboxed frame, Firefox throws a SecurityError.
    serviceWorker: page && unlessRefused(() => navigator.serviceWorker),
    locks: page && navigator.locks,
    openChannel: (name) => page && unlessRefused(() => new BroadcastChannel(name)),
    openPorts: () => new MessageChannel(),
    // Only Chromium has this, and TypeScript does not know it.
    whenActivated: () =>
      page &&
      (document as { readonly prerendering?: boolean }).prerendering &&
      new Promise((resolve) => document.addEventListener('prerenderingchange', resolve, { once: true })),
    isVisible: () => document.visibilityState === 'visible',
    isOnline: () => navigator.onLine,
    onLife: (event, run, signal) => {
      // Chromium may freeze a page where it stands. It is treated like one in the back/forward cache: otherwise it would
      // hear broadcasts, and start transactions on them that never end and keep every other page from the database.
      for (const name of [event, FROZEN[event]]) page?.addEventListener(name, run, { signal, capture: true });
    },
  };
}

/** What the browser answers, or undefined where it lacks it, or refuses the page all storage and throws at the mere look. */
function unlessRefused<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
