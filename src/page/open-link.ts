import { isNudgeloopError, type NudgeloopError } from '../errors.ts';
import type { Log, LogSink } from '../log/log.ts';
import type { Hello } from '../protocol/api.ts';
import type { BroadcastEnvelope } from '../protocol/events.ts';
import { DEFAULT_DATABASE } from '../protocol/version.ts';
import type { ClientOptions } from './client-options.ts';
import { createConnection } from './connection.ts';
import type { HostLink } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';
import { findWorker, isRegistration } from './registration.ts';
import { unavailable } from './registration-failure.ts';
import { workerLocation } from './worker-location.ts';

/** What a link is opened with. */
export interface OpenLinkOptions {
  readonly options: ClientOptions;
  readonly realm: PageRealm;
  readonly log: Log;
  readonly client: string;
  readonly onWaiting: () => void;
  /** Tells what an in-page host says; a worker has a channel of its own. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  /** Told what an in-page host logs. */
  readonly onLog: LogSink;
}

/** A link that was tried. */
export interface OpenedLink {
  readonly link: HostLink;
  readonly hello: Hello;
}

const DEFAULT_DEADLINE = 10_000;

/**
 * Finds a host that answers: the service worker, or else one in this page.
 *
 * @param given what to open it with
 * @param greet makes the first call on it
 * @throws NudgeloopError `worker.unavailable` when there is no worker and no fallback, or what `greet` throws
 */
export async function openLink(given: OpenLinkOptions, greet: (link: HostLink) => Promise<Hello>): Promise<OpenedLink> {
  const { options, realm, log } = given;
  if (!realm.isPage) throw await explained(unavailable('no-page'));
  let failure: NudgeloopError;
  if (options.serviceWorker === false) failure = unavailable('not-wanted');
  else {
    try {
      return await openWorkerLink(given, greet);
    } catch (error) {
      if (!isNudgeloopError(error, 'worker.unavailable')) throw error;
      if (options.fallback === false) throw await explained(error);
      failure = error;
    }
  }
  const reason = String(failure.details?.['reason']);
  if (reason === 'not-wanted') log.info('worker.fallback', { reason });
  else log.warn('worker.fallback', { reason });
  const { createInPageLink } = await import('./in-page-host.ts').catch(() => {
    throw failure;
  });
  return greeted(createInPageLink({ ...given, database: options.database ?? DEFAULT_DATABASE, reason }), greet);
}

async function openWorkerLink(given: OpenLinkOptions, greet: (link: HostLink) => Promise<Hello>): Promise<OpenedLink> {
  const { options, realm, log, client, onWaiting } = given;
  const { database = DEFAULT_DATABASE, deadline = DEFAULT_DEADLINE, serviceWorker } = options;
  const worker = serviceWorker === undefined || serviceWorker === false ? {} : serviceWorker;
  let source: Awaited<ReturnType<typeof findWorker>> | undefined;
  const found = findWorker({
    worker: isRegistration(worker) ? worker : workerLocation(worker, database),
    realm,
    deadline,
    onActivated: () => connection?.resend(),
    onWaiting,
  });
  const connection =
    realm.serviceWorker &&
    createConnection({
      client,
      database,
      deadline,
      log,
      clock: realm.clock,
      messages: realm.serviceWorker,
      getWorker: () => source?.getWorker(),
    });
  try {
    source = await found;
  } catch (error) {
    connection?.close();
    throw error;
  }
  if (connection === undefined) throw unavailable('unsupported');
  const link: HostLink = {
    ...connection,
    close() {
      source?.close();
      connection.close();
    },
  };
  try {
    const opened = await greeted(link, greet);
    source.checkForUpdate();
    return opened;
  } catch (error) {
    throw isNudgeloopError(error, 'call.timeout') ? unavailable('no-answer', '', error) : error;
  }
}

/** With advice, if that can be loaded. */
async function explained(error: NudgeloopError): Promise<NudgeloopError> {
  return import('./explain.ts').then(
    ({ explain }) => explain(error),
    () => error,
  );
}

async function greeted(link: HostLink, greet: (link: HostLink) => Promise<Hello>): Promise<OpenedLink> {
  try {
    return { link, hello: await greet(link) };
  } catch (error) {
    link.close();
    throw error;
  }
}
