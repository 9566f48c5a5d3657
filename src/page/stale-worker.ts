import type { Log } from '../log/log.ts';
import type { HostLink } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';

/** How long a newer script may take to be fetched, installed and activated, in milliseconds, before it is missed. */
const UPDATE_MS = 10_000;

/** A worker can't tell whether the command or a bundler put its script where it is. */
const MEND_COPY = 'npx nudgeloop init, or build and deploy again if your bundler provides the script';

/** Options of `watchStale`. */
export interface WatchStaleOptions {
  /** The way to a worker that said to be of another build. */
  readonly link: HostLink;
  /** The page's own build; an argument, so that this chunk shares no module with the page's entry. */
  readonly own: string;
  /** The loop that was greeted. */
  readonly loop: string;
  readonly realm: Pick<PageRealm, 'clock'>;
  readonly log: Log;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Told when the worker is stale. */
  readonly onStale: () => void;
}

/**
 * Tells of a worker whose script was left behind at an update of the package. After each deployment a page meets the
 * worker of the one before, which is replaced within seconds: hence it is asked again once that had its time. A page that
 * is the older one, from a cache, is no fault of the worker, and nothing is said.
 *
 * @param options whom to ask, and whom to tell
 */
export function watchStale({ link, own, loop, realm, log, signal, onStale }: WatchStaleOptions): void {
  // Somebody else's worker may answer anything, and nobody need hear that it is not understood.
  const look = async (): Promise<void> => {
    if (link.isUpdating?.() === true) return;
    // No second hello: that would bring back this page's settings.
    const answer = await link.call('inspect', { loop });
    if (!answer.ok || signal.aborted) return;
    const { build = 'unknown', copied = false } = answer.value.host;
    if (build === own || isNewer(build, own)) return;
    log.warn('worker.stale', { page: own, worker: build, mend: copied ? MEND_COPY : "update the app's worker" });
    onStale();
  };
  signal.addEventListener('abort', realm.clock.schedule(UPDATE_MS, () => void look().catch(() => undefined)));
}

/** Tells whether a build is of a later version; builds of one version have no order. */
export function isNewer(build: string, other: string): boolean {
  const [[version, preRelease], [otherVersion, otherPreRelease]] = [partsOf(build), partsOf(other)];
  const order = compare(version, otherVersion);
  if (order !== 0) return order > 0;
  // What is a pre-release of it comes before it (Semantic Versioning, 11).
  return preRelease === '' ? otherPreRelease !== '' : otherPreRelease !== '' && compare(preRelease, otherPreRelease) > 0;
}

/** `1.2.0` and `beta.3` of the build `1.2.0-beta.3+5e6f7a8b`. */
function partsOf(build: string): readonly [version: string, preRelease: string] {
  const [, version = '', preRelease = ''] = /^(\d+\.\d+\.\d+)(?:-([^+]*))?/.exec(build) ?? [];
  return [version, preRelease];
}

const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
