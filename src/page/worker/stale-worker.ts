import type { Log } from '../../log/log.ts';
import type { HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';

/**
 * How long a newer script may take to be fetched, installed and activated before it counts as missing, in milliseconds.
 */
const UPDATE_MS = 10_000;

/** A worker can't tell whether the command or a bundler put its script in place. */
const MEND_COPY = 'npx nudgeloop init, or build and deploy again if your bundler provides the script';

/** Options of `watchStale`. */
export interface WatchStaleOptions {
  /** The connection to a worker that named another build. */
  readonly link: HostLink;
  /** The page's own build. An argument, so this chunk shares no module with the page's entry. */
  readonly own: string;
  /** The loop that was greeted. */
  readonly loop: string;
  readonly realm: Pick<PageRealm, 'clock'>;
  readonly log: Log;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Called if the worker is stale. */
  readonly onStale: () => void;
}

/**
 * Reports a worker whose script was left behind at an update of the package. After each deployment, a page first meets
 * the previous worker, which is replaced within seconds. So it asks again after that time. If the page is the older
 * one, such as one from a cache, the worker is fine and nothing is reported.
 *
 * @param options whom to ask, and whom to tell
 */
export function watchStale({ link, own, loop, realm, log, signal, onStale }: WatchStaleOptions): void {
  // Another script's worker may answer anything; nobody needs to hear that the answer is not understood.
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
  // A pre-release of a version comes before the version itself (Semantic Versioning, 11).
  return preRelease === '' ? otherPreRelease !== '' : otherPreRelease !== '' && compare(preRelease, otherPreRelease) > 0;
}

/** `1.2.0` and `beta.3` of the build `1.2.0-beta.3+5e6f7a8b`. */
function partsOf(build: string): readonly [version: string, preRelease: string] {
  const [, version = '', preRelease = ''] = /^(\d+\.\d+\.\d+)(?:-([^+]*))?/.exec(build) ?? [];
  return [version, preRelease];
}

const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
