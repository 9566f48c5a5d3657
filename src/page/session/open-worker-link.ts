import { isNudgeloopError } from '../../errors.ts';
import { createConnection } from '../worker/connection.ts';
import { findWorker, isGiven } from '../worker/registration.ts';
import { workerLocation } from '../worker/worker-location.ts';
import { hearOut, PATIENCE_MS } from './hear-out.ts';
import { keepIfAnswered, type Greet, type OpenedLink, type OpenLinkOptions } from './opened-link.ts';

/** When to look for a newer script, in milliseconds after the worker was found. */
const CHECK_MS = 1_000;

/**
 * Finds the service worker, and greets it.
 *
 * @throws NudgeloopError `worker.unavailable`, with the `reason` in its details; `client.disposed`
 */
export async function openWorkerLink(given: OpenLinkOptions, greet: Greet): Promise<OpenedLink> {
  const { options, realm, log, onWaiting, onTakeover, onGone, signal } = given;
  const { database, deadline, fallback, serviceWorker } = options;
  const worker = serviceWorker === undefined || serviceWorker === false ? {} : serviceWorker;
  let isOvertaken = false;
  /** Starts the wait again, for the worker that is active now. */
  let waitAnew = (): void => undefined;
  // A worker that is installed during the search is the first one.
  let onActivated = (): void => undefined;
  const source = await findWorker({
    worker: isGiven(worker) ? worker : workerLocation(worker, database),
    realm,
    deadline,
    patience: fallback === false ? deadline : Math.min(deadline, PATIENCE_MS),
    onActivated: () => onActivated(),
    onWaiting,
    onGone,
    signal,
  });
  const { close, getWorker, messages } = source;
  const first = getWorker();
  // A client id of its own: a worker that answered another connection of this client would take this one's places for
  // settled.
  const connection = createConnection({ client: realm.newId(), database, deadline, log, realm, messages, getWorker });
  onActivated = () => {
    connection.resend();
    if (getWorker() === first) return;
    isOvertaken = true;
    waitAnew();
    onTakeover();
  };
  // Not while the page starts. But early enough if the worker does not answer, such as one of an earlier visit that the
  // browser can't start, or somebody else's: the script may have changed by now, and a worker that takes over still
  // gets the greeting.
  const cancelCheck = realm.clock.schedule(Math.min(CHECK_MS, deadline / 2), source.checkForUpdate);
  const link = {
    ...connection,
    ...source,
    close() {
      cancelCheck();
      close();
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
      cancelWait = hearOut(link, realm.clock, PATIENCE_MS, (isMute) => isMute && (isOvertaken || source.isUpdating()) && reject(link.silent()));
    };
    waitAnew();
  });
  try {
    const opened = await keepIfAnswered(link, (candidate) => Promise.race([greet(candidate), hopeless]), signal);
    return { ...opened, isOvertaken };
  } catch (error) {
    throw isNudgeloopError(error, 'call.timeout') ? link.silent(error) : error;
  } finally {
    cancelWait();
    waitAnew = () => undefined;
  }
}
