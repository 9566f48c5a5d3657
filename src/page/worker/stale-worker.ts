import type { NudgeloopError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import type { HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';

/**
 * How long a newer script may take to be fetched, installed and activated before it counts as missing, in milliseconds.
 */
const UPDATE_MS = 10_000;

/** Advice that is loaded if the script can't be fetched: after each deployment, most pages need only the rest. */
const adviceOn = async (failure: NudgeloopError): Promise<string> => (await import('./explain.ts')).adviceOn(failure);

/** A worker can't tell whether the command or a bundler put its script in place. */
const MEND_COPY = 'npx nudgeloop init, or build and deploy again if your bundler provides the script';
const MEND_OWN = "update the app's worker";

/** What else may keep an earlier script, though the browser fetches it without an error. */
const MEND_CACHE = 'if the server has it already, a cache keeps the earlier one: purge it, and give what the worker imports another URL';

/** Comes before what to do about the reason why the browser can't take the newer script. */
const MEND_UPDATE = "the browser can't update the worker";

/** Reasons for which a newer script may come later by itself. */
const MOMENTARY: ReadonlySet<unknown> = new Set(['network', 'inactive']);

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
 * one, such as one from a cache, the worker is fine and nothing is reported. The server may have the right script, and
 * the browser can't fetch it, for instance for a login. So the page has it fetched halfway, and reports why that fails.
 *
 * @param options whom to ask, and whom to tell
 */
export function watchStale({ link, own, loop, realm, log, signal, onStale }: WatchStaleOptions): void {
  const pause = (): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', realm.clock.schedule(UPDATE_MS / 2, resolve)));
  const isUpdating = (): boolean => link.isUpdating?.() === true;

  /** What the worker is, if it is of an earlier build. */
  const look = async (): Promise<{ readonly build: string; readonly copied: boolean } | undefined> => {
    // No second hello: that would bring back this page's settings.
    const answer = await link.call('inspect', { loop });
    if (!answer.ok || signal.aborted) return undefined;
    const { build = 'unknown', copied = false } = answer.value.host;
    return build === own || isNewer(build, own) ? undefined : { build, copied };
  };

  const watch = async (): Promise<void> => {
    await pause();
    let failure: NudgeloopError | undefined;
    if (!isUpdating()) {
      if ((await look()) === undefined) return;
      failure = await link.update?.().then(() => undefined, (error: NudgeloopError) => error);
    }
    const update = failure?.details?.['reason'];
    if (MOMENTARY.has(update)) return;
    if (failure === undefined) await pause();
    if (isUpdating()) return;
    const worker = await look();
    if (worker === undefined) return;
    const mend = failure === undefined ? `${worker.copied ? MEND_COPY : MEND_OWN}; ${MEND_CACHE}` : `${MEND_UPDATE}: ${await adviceOn(failure)}`;
    log.warn('worker.stale', { page: own, worker: worker.build, ...(update !== undefined && { update }), mend });
    onStale();
  };
  // Another script's worker may answer anything; nobody needs to hear that the answer is not understood.
  watch().catch(() => undefined);
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
