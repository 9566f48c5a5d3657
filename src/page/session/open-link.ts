import { withDeadline, type Clock } from '../../clock.ts';
import { isNudgeloopError, NudgeloopError, type NudgeloopErrorCode } from '../../errors.ts';
import type { Log, LogSink } from '../../log/log.ts';
import type { Answer, Hello } from '../../protocol/api.ts';
import type { BroadcastEnvelope } from '../../protocol/events.ts';
import type { ClientOptions } from '../client-options.ts';
import { disposed, unwrap, type HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';
import { createConnection } from '../worker/connection.ts';
import { findWorker, isGiven } from '../worker/registration.ts';
import { unavailable } from '../worker/unavailable.ts';
import { withWords } from '../worker/with-words.ts';
import { workerLocation } from '../worker/worker-location.ts';

/** What a link is opened with. */
export interface OpenLinkOptions {
  readonly options: ClientOptions & { readonly database: string; readonly deadline: number };
  readonly realm: PageRealm;
  readonly log: Log;
  readonly onWaiting: () => void;
  /** Called when another worker took over, which may not be ours. */
  readonly onTakeover: () => void;
  /** Called when the link's worker is gone. */
  readonly onGone: (error: NudgeloopError) => void;
  /** Why not to look for a worker, for instance because one took over that is not ours. */
  readonly failure: NudgeloopError | undefined;
  /** Announces the events of an in-page host; a worker has a channel of its own. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  /** Gets the log events of an in-page host. */
  readonly onLog: LogSink;
  /** Ends the opening, and the link. */
  readonly signal: AbortSignal;
}

type Greet = (link: HostLink) => Promise<Answer<Hello>>;

/** Errors with which the link itself answers if the host does not. */
const UNANSWERED: ReadonlySet<string> = new Set<NudgeloopErrorCode>(['call.timeout', 'client.disposed']);

/** An opened link. */
export interface OpenedLink {
  readonly link: HostLink;
  /** May be a refusal: then the host answered, so the link is good, and other loops may be accepted. */
  readonly answer: Answer<Hello>;
  /** Another worker took over in the meantime, and it is unknown which of the two answered. */
  readonly isOvertaken?: boolean;
}

/** When to look for a newer script, in milliseconds after the worker was found. */
const CHECK_MS = 1_000;

/**
 * How long to wait for a worker that may not be ours, or that other work may hold up, in milliseconds, if the page can do
 * without it: until then, nothing that is recorded is stored.
 */
export const PATIENCE_MS = 4_000;

/**
 * From then on a worker of ours that is only busy says so, in milliseconds: requests are resent after three seconds,
 * and it answers the copy.
 */
const SAYS_SO_MS = 2_000;

/**
 * Finds a host that answers: the service worker, or else one in this page.
 *
 * @param given what to open it with
 * @param greet makes the first call on it
 * @throws NudgeloopError `worker.unavailable` if there is no worker and no fallback; `client.disposed`
 */
export async function openLink(given: OpenLinkOptions, greet: Greet): Promise<OpenedLink> {
  const { options, realm, log, signal } = given;
  // The app's registration may reject when nobody waits for it any more, or where there are no workers.
  Promise.resolve(options.serviceWorker).catch(() => undefined);
  if (!realm.isPage) return explained(unavailable('no-page'), realm.clock);
  // While it prerenders a page, Chromium neither registers a worker nor delivers messages to one, however long that
  // takes.
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
  // If a server does not answer, an import stays pending forever.
  const { createInPageLink } = await withDeadline(realm.clock, deadline, import('./in-page-host.ts'), () => failure).catch((cause: unknown) => {
    log.error('call.failed', { call: 'fallback', code: failure.code });
    const text = `${failure.message} The fallback could not be loaded either.`;
    throw new NudgeloopError(failure.code, text, { ...failure.details, fallback: 'not-loaded' }, { cause });
  });
  if (signal.aborted) throw disposed();
  return greeted(createInPageLink({ ...given, database, deadline, failure }), greet, signal);
}

async function openWorkerLink(given: OpenLinkOptions, greet: Greet): Promise<OpenedLink> {
  const { options, realm, log, onWaiting, onTakeover, onGone, signal } = given;
  const { database, deadline, fallback, serviceWorker } = options;
  const worker = serviceWorker === undefined || serviceWorker === false ? {} : serviceWorker;
  let source: Awaited<ReturnType<typeof findWorker>> | undefined;
  let first: ServiceWorker | undefined;
  let isOvertaken = false;
  /** Starts the wait again, for the worker that is active now. */
  let waitAnew = (): void => undefined;
  const found = findWorker({
    worker: isGiven(worker) ? worker : workerLocation(worker, database),
    realm,
    deadline,
    patience: fallback === false ? deadline : Math.min(deadline, PATIENCE_MS),
    onActivated() {
      connection?.resend();
      // A worker that is installed during the search is still the first one.
      if (source?.getWorker() === first) return;
      isOvertaken = true;
      waitAnew();
      onTakeover();
    },
    onWaiting,
    onGone,
    signal,
  });
  const connection =
    realm.serviceWorker &&
    createConnection({
      // A client id of its own: a worker that answered another connection of this client would take this one's places
      // for settled.
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
  // Not while the page starts. But early enough if the worker does not answer, such as one of an earlier visit that the
  // browser can't start, or somebody else's: the script may have changed by now, and a worker that takes over still
  // gets the greeting.
  const cancelCheck = realm.clock.schedule(Math.min(CHECK_MS, deadline / 2), source.checkForUpdate);
  const link = {
    ...connection,
    ...source,
    close() {
      cancelCheck();
      source?.close();
      connection.close();
    },
  };
  let cancelWait = (): void => undefined;
  // A worker from before the app had Nudgeloop never answers, as long as its successor waits. Nor does one that took
  // over and runs no loops.
  const hopeless = new Promise<never>((_resolve, reject) => {
    if (fallback === false) return;
    waitAnew = () => {
      cancelWait();
      cancelWait = hearOut(link, realm.clock, PATIENCE_MS, (isMute) => isMute && (isOvertaken || source?.isWaiting()) && reject(link.silent()));
    };
    waitAnew();
  });
  try {
    const opened = await greeted(link, (candidate) => Promise.race([greet(candidate), hopeless]), signal);
    return { ...opened, isOvertaken };
  } catch (error) {
    throw isNudgeloopError(error, 'call.timeout') ? link.silent(error) : error;
  } finally {
    cancelWait();
    waitAnew = () => undefined;
  }
}

/**
 * Waits for an answer of a link's worker, which is to be asked something.
 *
 * @param within milliseconds, more than two seconds
 * @param then called with whether it was mute: it was asked, and nothing came after the first two seconds, in which an
 * earlier worker may have answered
 * @returns a function that cancels the wait
 */
export function hearOut({ signs }: HostLink, clock: Clock, within: number, then: (isMute: boolean) => void): () => void {
  let cancel = clock.schedule(SAYS_SO_MS, () => {
    const before = signs?.();
    cancel = clock.schedule(within - SAYS_SO_MS, () => {
      // A page that slept first gets the messages that came in the meantime.
      cancel = clock.schedule(0, () => then(signs?.() === before));
    });
  });
  return () => cancel();
}

/** Throws the error with advice, if that can be loaded. */
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
