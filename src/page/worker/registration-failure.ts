import type { NudgeloopError } from '../../errors.ts';
import { unavailable, type UnavailableReason } from './unavailable.ts';

/** The status of the server's answer; of the engines, Chromium tells it. */
const STATUS = /\b[45]\d\d\b/;

/**
 * Derives the reason from what `register` threw, or from what the app's own promise rejected with. Browsers tell it
 * only in their own words; asking the server again would be a request that the app did not make.
 *
 * @param error what it rejected with
 * @param url the script; empty if the app registers it itself
 * @param isOnline whether the browser believes it has a network
 */
export function registrationFailure(error: unknown, url: string, isOnline: boolean): NudgeloopError {
  const reason = reasonOf(error, url, isOnline);
  const [status] = (reason === 'http-error' && STATUS.exec(wordsOf(error, url))) || [];
  return unavailable(reason, url, error, status === undefined ? {} : { status: Number(status) });
}

function reasonOf(error: unknown, url: string, isOnline: boolean): UnavailableReason {
  const { name } = error instanceof Error ? error : { name: '' };
  const message = wordsOf(error, url);
  // An app's own promise may reject with anything. Browsers throw only these two, and all but one of their messages
  // name the subject.
  const isKnown = error instanceof TypeError || error instanceof DOMException;
  const isOfBrowser = url !== '' || name === 'SecurityError' || (isKnown && /script|worker|http|fetch/i.test(message));
  if (!isOfBrowser) return 'not-registered';
  // If an automation or an extension blocks workers, `register` resolves with nothing, and workbox-window throws on that.
  if (error instanceof TypeError && /undefined/.test(message)) return 'blocked';
  // For instance in a frame of another site, whose storage the browser blocks.
  if (name === 'NotSupportedError') return 'blocked';
  // In Chromium, a document that a script wrote into a new frame or window (`document.write`).
  if (name === 'InvalidStateError') return 'unsupported';
  // A page at file: or at an app's own scheme. If such an app allows workers for its scheme, nothing is refused.
  if (/url protocol of the current|protocol is either|scheme is not/i.test(message)) return 'unsupported';
  if (/trusted ?script ?url|trusted ?types?/i.test(message)) return 'trusted-types';
  if (/mime|content-type/i.test(message)) return 'mime-type';
  if (STATUS.test(message) || /\bnot 2xx|bad http/i.test(message)) return 'http-error';
  // In Chromium a SecurityError at the registration, and a TypeError at an update.
  if (/redirect/i.test(message)) return 'refused';
  // Firefox, in a sandbox without an origin. Chromium has no `navigator.serviceWorker` there.
  if (name === 'SecurityError') return globalThis.origin === 'null' ? 'unsupported' : 'refused';
  // "During installation" is Firefox before 147, for any script that it could not load.
  if (!isOnline || /network|fetch|load failed|error during installation/i.test(message)) return 'network';
  return 'script-error';
}

/**
 * A browser's message without the names it quotes: script, scope and origin may contain any word.
 *
 * @param error what it threw
 * @param url the script as the app named it
 */
export function wordsOf(error: unknown, url: string): string {
  const message = error instanceof Error ? error.message : '';
  const words = message.replace(/https?:\/\/\S+|['"‘]\/[^'"’]*['"’]/g, '');
  return url === '' ? words : words.replaceAll(url, '');
}
