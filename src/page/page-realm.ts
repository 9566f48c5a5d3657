import type { Clock, IdSource } from '../clock.ts';
import type { IndexedDbPersistenceOptions } from '../storage/indexeddb/indexeddb-persistence.ts';
import type { GoalFeedbackPersistence } from '../storage/persistence.ts';
import { systemClock, systemIds } from '../system.ts';

/** What the page side uses of the browser, in one place, so that a test can give another. */
export interface PageRealm {
  /** False on a server, where the module may be imported and rendered but nothing can run. */
  readonly isPage: boolean;
  /** Why no worker can serve this page, where that is known without a try. */
  readonly noWorker: 'insecure' | 'unsupported' | undefined;
  /** What relative URLs start from: the page's address, or what a base element says. */
  readonly baseUrl: () => string;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  readonly locks: LockManager | undefined;
  /** Where a host in this page keeps its loops. @default IndexedDB */
  readonly createPersistence?: (options: IndexedDbPersistenceOptions) => GoalFeedbackPersistence;
  /** Opens a channel, or nothing where there are none. */
  readonly openChannel: (name: string) => BroadcastChannel | undefined;
  /** Makes two ports that are connected; absent where there are none, and then every message is one that wakes. */
  readonly openPorts?: () => MessageChannel;
  /** Settles once the page is shown to somebody, if the browser renders it ahead; undefined if it does not. */
  readonly whenActivated?: () => Promise<unknown> | undefined;
  readonly isVisible: () => boolean;
  /** False only when the browser is sure to have no network. */
  readonly isOnline: () => boolean;
  /** Listens to the page's own life until the signal ends it. */
  readonly onLife: (event: keyof typeof FROZEN, run: () => void, signal: AbortSignal) => void;
}

/** What a page's life is told by, and by what else where it is frozen (https://wicg.github.io/page-lifecycle/). */
const FROZEN = { pagehide: 'freeze', pageshow: 'resume', visibilitychange: 'visibilitychange' } as const;

/** Reads the browser. Touches nothing before it is called. */
export function createPageRealm(): PageRealm {
  const isPage = typeof document !== 'undefined';
  return {
    isPage,
    noWorker: isPage ? noWorkerIn(window) : undefined,
    baseUrl: () => document.baseURI,
    clock: systemClock,
    newId: systemIds,
    serviceWorker: isPage ? serviceWorkerOf(navigator) : undefined,
    locks: isPage ? navigator.locks : undefined,
    openChannel: (name) => (isPage ? channelOf(name) : undefined),
    openPorts: () => new MessageChannel(),
    whenActivated: () => {
      // Chromium alone has this, and TypeScript does not know it.
      if (!isPage || !(document as { readonly prerendering?: boolean }).prerendering) return undefined;
      return new Promise((resolve) => document.addEventListener('prerenderingchange', resolve, { once: true }));
    },
    isVisible: () => document.visibilityState === 'visible',
    isOnline: () => navigator.onLine,
    onLife: (event, run, signal) => {
      if (!isPage) return;
      // A page that Chromium freezes where it stands goes as into the back/forward cache and comes back so: it would hear broadcasts
      // all the same, and begin transactions on them that never end and keep every other page from the database.
      for (const name of [event, FROZEN[event]]) window.addEventListener(name, run, { signal, capture: true });
    },
  };
}

function noWorkerIn({ location, isSecureContext }: Pick<Window, 'location'> & Partial<Window>): PageRealm['noWorker'] {
  // As of a frame that has no address of its own (srcdoc). Chromium and Firefox register a worker there, but its messages come from the origin "null", or from
  // one that Firefox makes up, so that the worker can't tell them from a stranger's.
  if (!location.host) return 'unsupported';
  // Absent in what is no browser, such as jsdom.
  return isSecureContext === false ? 'insecure' : undefined;
}

function channelOf(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    // Not there; or Firefox refuses the site all storage, and this with it.
    return undefined;
  }
}

function serviceWorkerOf(browser: Navigator): ServiceWorkerContainer | undefined {
  try {
    return browser.serviceWorker;
  } catch {
    // In a sandboxed frame the mere look at it throws a SecurityError.
    return undefined;
  }
}
