import { NudgeloopError, type ErrorDetails } from '../../errors.ts';

/** Why there is no usable service worker: the `reason` in the details of `worker.unavailable`. */
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
  | 'trusted-types'
  | 'not-registered'
  | 'unregistered'
  | 'install-failed'
  | 'inactive'
  | 'no-answer'
  | 'not-wanted';

/**
 * Makes the error that says why there is no usable service worker. The advice comes from chunks of its own, since most
 * pages never need these sentences: `explain` adds it to the error, or it is logged when the loop runs in the page.
 *
 * @param reason why
 * @param url the script, if it is known
 * @param cause what the browser threw
 * @param more what else is known, for its details
 */
export function unavailable(reason: UnavailableReason, url = '', cause?: unknown, more?: ErrorDetails): NudgeloopError {
  return new NudgeloopError('worker.unavailable', `No usable service worker: ${reason}.`, { reason, url, ...more }, { cause });
}
