import { withDeadline, type Clock } from '../clock.ts';
import { isNudgeloopError, NudgeloopError, type NudgeloopErrorCode } from '../errors.ts';
import type { Log, LogSink } from '../log/log.ts';
import type { Answer, Hello } from '../protocol/api.ts';
import type { BroadcastEnvelope } from '../protocol/events.ts';
import type { ClientOptions } from './client-options.ts';
import { createConnection } from './connection.ts';
import { disposed, unwrap, type HostLink } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';
import { findWorker, isGiven } from './registration.ts';
import { unavailable } from './unavailable.ts';
import { withWords } from './with-words.ts';
import { workerLocation } from './worker-location.ts';

/** What a link is opened with. */
export interface OpenLinkOptions {
  readonly options: ClientOptions & { readonly database: string; readonly deadline: number };
  readonly realm: PageRealm;
  readonly log: Log;
  readonly onWaiting: () => void;
  /** Told when another worker took over, which may be none of ours. */
  readonly onTakeover: () => void;
  /** Why no worker is looked for, such as one that took over and is none of ours. */
  readonly failure: NudgeloopError | undefined;
  /** Tells what an in-page host says; a worker has a channel of its own. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  /** Told what an in-page host logs. */
  readonly onLog: LogSink;
  /** Ends it, and the link. */
  readonly signal: AbortSignal;
}

type Greet = (link: HostLink) => Promise<Answer<Hello>>;

/** Errors that the link itself answers with, when the host does not. */
const UNANSWERED: ReadonlySet<string> = new Set<NudgeloopErrorCode>(['call.timeout', 'client.disposed']);

/** A link that was tried. */
export interface OpenedLink {
  readonly link: HostLink;
  /** May be a refusal: it was the host that spoke, so the link is good, and other loops may be welcome. */
  readonly answer: Answer<Hello>;
  /** Another worker took over meanwhile, and nobody knows which of the two answered. */
  readonly isOvertaken?: boolean;
}

/** When a newer script is looked for, in milliseconds from when the worker was found. */
const CHECK_MS = 1_000;

/**
 * How long a worker is waited for that may be none of ours, or be held up by more than ours, in milliseconds, where the page can go on
 * without: meanwhile nothing that is recorded is stored.
 */
export const PATIENCE_MS = 4_000;

/** From when on a worker of ours that is only busy says so, in milliseconds: what is asked is sent again after three seconds. */
const SAYS_SO_MS = 2_000;

/**
 * Finds a host that answers: the service worker, or else one in this page.
 *
 * @param given what to open it with
 * @param greet makes the first call on it
 * @throws NudgeloopError `worker.unavailable` when there is no worker and no fallback, `client.disposed`
 */
export async function openLink(given: OpenLinkOptions, greet: Greet): Promise<OpenedLink> {
  const { options, realm, log, signal } = given;
  // A registration on its way may come to nothing once nobody waits for it any more, or where there are no workers.
  Promise.resolve(options.serviceWorker).catch(() => undefined);
  if (!realm.isPage) return explained(unavailable('no-page'), realm.clock);
  // Until then Chromium neither registers a worker nor brings it a message, however long that takes.
  await realm.whenActivated?.();
  let { failure } = given;
  if (options.serviceWorker === false) failure = unavailable('not-wanted');
  else if (failure === undefined || options.fallback === false) {
    try {
      return await openWorkerLink(given, greet);
    } catch (error) {
      if (!isNudgeloopError(error, 'worker.unavailable')) throw error;
      if (options.fallback === false) return await explained(error, realm.clock);
      failure = error;
    }
  }
  const { database, deadline } = options;
  // A server that does not answer leaves an import pending for good.
  const { createInPageLink } = await withDeadline(realm.clock, deadline, import('./in-page-host.ts'), () => failure).catch((cause: unknown) => {
    log.error('call.failed', { call: 'fallback', code: failure.code });
    const text = `${failure.message} The fallback could not be loaded either.`;
    throw new NudgeloopError(failure.code, text, { ...failure.details, fallback: 'not-loaded' }, { cause });
  });
  if (signal.aborted) throw disposed();
  return greeted(createInPageLink({ ...given, database, deadline, failure }), greet, signal);
}

async function openWorkerLink(given: OpenLinkOptions, greet: Greet): Promise<OpenedLink> {
  const { options, realm, log, onWaiting, onTakeover, signal } = given;
  const { database, deadline, fallback, serviceWorker } = options;
  const worker = serviceWorker === undefined || serviceWorker === false ? {} : serviceWorker;
  let source: Awaited<ReturnType<typeof findWorker>> | undefined;
  let first: ServiceWorker | undefined;
  let isOvertaken = false;
  /** Waits anew, for the worker that is active now. */
  let waitAnew = (): void => undefined;
  const found = findWorker({
    worker: isGiven(worker) ? worker : workerLocation(worker, database),
    realm,
    // The app's own worker fetches what the app is made of before it is active.
    deadline: fallback !== false && isGiven(worker) ? Math.min(deadline, PATIENCE_MS) : deadline,
    onActivated() {
      connection?.resend();
      // One that is installed while it is looked for is the first still.
      if (source?.getWorker() === first) return;
      isOvertaken = true;
      waitAnew();
      onTakeover();
    },
    onWaiting,
    signal,
  });
  const connection =
    realm.serviceWorker &&
    createConnection({
      // Of its own: a worker that answered another connection of this client would take the places of this one for settled.
      client: realm.newId(),
      database,
      deadline,
      log,
      realm,
      messages: realm.serviceWorker,
      getWorker: () => source?.getWorker(),
    });
  try {
    source = await found;
    first = source.getWorker();
  } catch (error) {
    connection?.close();
    throw error;
  }
  if (connection === undefined) throw unavailable('unsupported');
  // Not while the page starts; yet in time for a worker that does not answer, as one of an earlier visit that the browser can't
  // start, or somebody else's: the script may be another by now, and one that takes over still hears the greeting.
  const cancelCheck = realm.clock.schedule(Math.min(CHECK_MS, deadline / 2), source.checkForUpdate);
  const link: HostLink = {
    ...connection,
    ...source,
    close() {
      cancelCheck();
      source?.close();
      connection.close();
    },
  };
  let cancelWait = (): void => undefined;
  // One of before the app had Nudgeloop says nothing, for as long as its successor waits; nor does one that took over and runs no loops.
  const hopeless = new Promise<never>((_resolve, reject) => {
    if (fallback === false) return;
    waitAnew = () => {
      cancelWait();
      cancelWait = hearOut(link, realm.clock, PATIENCE_MS, (isMute) => isMute && (isOvertaken || source?.isWaiting()) && reject(unavailable('no-answer')));
    };
    waitAnew();
  });
  try {
    const opened = await greeted(link, (candidate) => Promise.race([greet(candidate), hopeless]), signal);
    return { ...opened, isOvertaken };
  } catch (error) {
    throw isNudgeloopError(error, 'call.timeout') ? unavailable('no-answer', '', error) : error;
  } finally {
    cancelWait();
    waitAnew = () => undefined;
  }
}

/**
 * Waits for a link's worker, which was asked something.
 *
 * @param within milliseconds, more than two seconds
 * @param then told whether it was mute: nothing was heard after those two seconds, in which one of before may have spoken
 * @returns calls it off
 */
export function hearOut({ signs }: HostLink, clock: Clock, within: number, then: (isMute: boolean) => void): () => void {
  let cancel = clock.schedule(SAYS_SO_MS, () => {
    const before = signs?.();
    cancel = clock.schedule(within - SAYS_SO_MS, () => {
      // A page that slept hears first what came meanwhile.
      cancel = clock.schedule(0, () => then(signs?.() === before));
    });
  });
  return () => cancel();
}

/** Throws it with advice, if that can be loaded. */
const explained = (error: NudgeloopError, clock: Clock): Promise<never> => withWords(clock, error, ({ explain }) => explain(error));

async function greeted(link: HostLink, greet: Greet, signal: AbortSignal): Promise<OpenedLink> {
  signal.addEventListener('abort', link.close);
  try {
    if (signal.aborted) throw disposed();
    const answer = await greet(link);
    if (!answer.ok && UNANSWERED.has(answer.error.code)) unwrap(answer);
    return { link, answer };
  } catch (error) {
    signal.removeEventListener('abort', link.close);
    link.close();
    throw error;
  }
}
