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
  | 'trusted-types'
  | 'not-registered'
  | 'install-failed'
  | 'inactive'
  | 'no-answer'
  | 'not-wanted';

/**
 * Makes the error that says why there is no usable service worker. What to do about it is added by `explain`, or
 * logged where the page hosts the loop, from chunks of their own: most pages never need these sentences.
 *
 * @param reason which of the reasons
 * @param url the script, as far as it is known
 * @param cause what the browser threw
 */
export function unavailable(reason: UnavailableReason, url = '', cause?: unknown): NudgeloopError {
  return new NudgeloopError('worker.unavailable', `No usable service worker: ${reason}.`, { reason, url }, { cause });
}
