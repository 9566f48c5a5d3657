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

/**
 * Tells from what `register` threw what is wrong. Browsers say it only in their own words; asking the server again
 * would be a request that the app did not make.
 *
 * @param error what `register` rejected with
 * @param url the script
 * @param isOnline whether the browser believes to have a network
 */
export function registrationFailure(error: unknown, url: string, isOnline: boolean): NudgeloopError {
  const { name } = error instanceof Error ? error : { name: '' };
  const message = wordsOf(error, url);
  // Where an automation or an extension blocks workers, `register` fulfils with nothing, over which workbox-window falls.
  if (error instanceof TypeError && /undefined/.test(message)) return unavailable('blocked', url, error);
  if (/trusted ?script ?url|trusted ?types?/i.test(message)) return unavailable('trusted-types', url, error);
  if (/mime|content-type/i.test(message)) return unavailable('mime-type', url, error);
  if (/\b[45]\d\d\b|\bnot 2xx|bad http/i.test(message)) return unavailable('http-error', url, error);
  if (name === 'SecurityError') return unavailable('refused', url, error);
  // "During installation" is Firefox before 147, of a script that it could not load for whatever reason.
  if (!isOnline || /network|fetch|load failed|error during installation/i.test(message)) return unavailable('network', url, error);
  return unavailable('script-error', url, error);
}

/**
 * What a browser says in its own words: browsers quote the script, the scope and the origin, whose names may hold any word.
 *
 * @param error what it threw
 * @param url the script as the app named it
 */
export function wordsOf(error: unknown, url: string): string {
  const message = error instanceof Error ? error.message : '';
  const words = message.replace(/https?:\/\/\S+|['"‘]\/[^'"’]*['"’]/g, '');
  return url === '' ? words : words.replaceAll(url, '');
}
