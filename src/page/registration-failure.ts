import { NudgeloopError } from '../errors.ts';

/** Why there is no usable service worker; the `reason` in the details of `worker.unavailable`. */
export type UnavailableReason =
  | 'no-page'
  | 'insecure'
  | 'unsupported'
  | 'blocked'
  | 'http-error'
  | 'mime-type'
  | 'refused'
  | 'network'
  | 'script-error'
  | 'install-failed'
  | 'inactive'
  | 'no-answer'
  | 'not-wanted';

const ADVICE: { readonly [Reason in UnavailableReason]: string } = {
  'no-page': 'there is no page; create the client in the browser, not while rendering on a server',
  insecure: 'the page is not a secure context; serve it over https or from localhost',
  unsupported: 'this browser, window or frame has no service workers',
  blocked: 'the browser blocks service workers here',
  'http-error': 'the server does not have the script; copy nudgeloop/service-worker.js to this URL',
  'mime-type': 'the server answers something else, often its index.html; serve the script as text/javascript',
  refused: 'the browser refuses script or scope; the script must be of this origin, and the scope inside its folder',
  network: 'the script could not be fetched; the page may be offline for the first time',
  'script-error': 'the script throws, or does not parse; open it in the developer tools',
  'install-failed': 'its install event failed; open the worker in the developer tools',
  inactive: 'it did not become active in time',
  'no-answer': 'it does not answer; its script must call startWorker() for this database',
  'not-wanted': 'serviceWorker is false',
};

/**
 * Makes the error that says why there is no usable service worker, and what to do.
 *
 * @param reason which of the reasons
 * @param url the script, as far as it is known
 * @param cause what the browser threw
 */
export function unavailable(reason: UnavailableReason, url = '', cause?: unknown): NudgeloopError {
  const script = url === '' ? '' : ` ${url}`;
  const text = `No service worker${script}: ${ADVICE[reason]}.`;
  return new NudgeloopError('worker.unavailable', text, { reason, url }, { cause });
}

/**
 * Tells from what `register` threw what is wrong. Browsers say it only in their own words; asking the server again
 * would be a request that the app did not make.
 *
 * @param error what `register` rejected with
 * @param url the script
 * @param isOnline whether the browser believes to have a network
 */
export function registrationFailure(error: unknown, url: string, isOnline: boolean): NudgeloopError {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  if (/mime|content-type/i.test(message)) return unavailable('mime-type', url, error);
  if (/\b[45]\d\d\b|\bnot 2xx|bad http/i.test(message.replaceAll(url, ''))) return unavailable('http-error', url, error);
  if (name === 'SecurityError') return unavailable('refused', url, error);
  if (!isOnline || /network|fetch|load failed/i.test(message)) return unavailable('network', url, error);
  return unavailable('script-error', url, error);
}
