import { createPageRealm } from './page-realm.ts';

/**
 * Tells whether a service worker can run the loop here. If not, a client still works: it runs the loop in the page, and
 * the loop stops when the page is closed.
 *
 * @example
 * ```ts
 * import { isSupported } from 'nudgeloop';
 *
 * if (!isSupported()) console.log('Nudges will come only while this page is open.');
 * ```
 */
export function isSupported(): boolean {
  const { noWorker, serviceWorker } = createPageRealm();
  return !noWorker && !!serviceWorker && !!globalThis.indexedDB;
}
