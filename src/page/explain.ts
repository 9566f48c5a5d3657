import { NudgeloopError } from '../errors.ts';
import type { UnavailableReason } from './registration-failure.ts';

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
  'trusted-types': 'the page enforces Trusted Types; pass a TrustedScriptURL as serviceWorker.url',
  'install-failed': 'its install event failed; open the worker in the developer tools',
  inactive: 'it did not become active in time',
  'no-answer': 'it does not answer; its script must call startWorker() for this database',
  'not-wanted': 'serviceWorker is false',
};

/**
 * Says in words why there is no usable service worker, and what to do.
 *
 * @param error `worker.unavailable`, with its `reason`
 */
export function explain(error: NudgeloopError): NudgeloopError {
  const { reason, url } = error.details as { readonly reason: UnavailableReason; readonly url: string };
  const script = url === '' ? '' : ` ${url}`;
  return new NudgeloopError(error.code, `No service worker${script}: ${ADVICE[reason]}.`, error.details, { cause: error.cause });
}
