import { withDeadline, type Clock } from '../../clock.ts';
import { isNudgeloopError, NudgeloopError } from '../../errors.ts';
import { disposed } from '../host-link.ts';
import { unavailable } from '../worker/unavailable.ts';
import { withWords } from '../worker/with-words.ts';
import { openWorkerLink } from './open-worker-link.ts';
import { keepIfAnswered, type Greet, type OpenedLink, type OpenLinkOptions } from './opened-link.ts';

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
  return keepIfAnswered(createInPageLink({ ...given, database, deadline, failure }), greet, signal);
}

/** Throws the error with advice, if that can be loaded. */
const explained = (error: NudgeloopError, clock: Clock): Promise<never> => withWords(clock, error, ({ explain }) => explain(error));
