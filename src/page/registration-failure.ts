import type { NudgeloopError } from '../errors.ts';
import { unavailable, type UnavailableReason } from './unavailable.ts';

/**
 * Tells what is wrong from what `register` threw, or the promise that the app passed in its place. Browsers say it only in their own
 * words; asking the server again would be a request that the app did not make.
 *
 * @param error what it rejected with
 * @param url the script; empty when the app registers it itself
 * @param isOnline whether the browser believes to have a network
 */
export function registrationFailure(error: unknown, url: string, isOnline: boolean): NudgeloopError {
  return unavailable(reasonOf(error, url, isOnline), url, error);
}

function reasonOf(error: unknown, url: string, isOnline: boolean): UnavailableReason {
  const { name } = error instanceof Error ? error : { name: '' };
  const message = wordsOf(error, url);
  // Of what an app's own promise rejects with, browsers throw these two only, and say what it is about, but for one of them.
  const isKnown = error instanceof TypeError || error instanceof DOMException;
  const isOfBrowser = url !== '' || name === 'SecurityError' || (isKnown && /script|worker|http|fetch/i.test(message));
  if (!isOfBrowser) return 'not-registered';
  // Where an automation or an extension blocks workers, `register` fulfils with nothing, over which workbox-window falls.
  if (error instanceof TypeError && /undefined/.test(message)) return 'blocked';
  // As in a frame of another site, where the browser keeps storage from it.
  if (name === 'NotSupportedError') return 'blocked';
  // Of a page at file: or at a scheme of an app's own. Where such an app lets its scheme have workers, nothing is refused.
  if (/url protocol of the current|protocol is either|scheme is not/i.test(message)) return 'unsupported';
  if (/trusted ?script ?url|trusted ?types?/i.test(message)) return 'trusted-types';
  if (/mime|content-type/i.test(message)) return 'mime-type';
  if (/\b[45]\d\d\b|\bnot 2xx|bad http/i.test(message)) return 'http-error';
  if (name === 'SecurityError') return 'refused';
  // "During installation" is Firefox before 147, of a script that it could not load for whatever reason.
  if (!isOnline || /network|fetch|load failed|error during installation/i.test(message)) return 'network';
  return 'script-error';
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
