import { createClient } from '../../../src/page/client.ts';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createFakeBrowser } from './fake-browser.ts';

export type Browser = ReturnType<typeof createFakeBrowser>;
type Page = ReturnType<Browser['openPage']>;

/** A client in a page that is open already. */
export function openClient(page: Page, options: ClientOptions = {}) {
  return createClient({ serviceWorker: page.registration, ...options }, page.realm);
}

/** A client in a new page of a browser, by itself of a new one. */
export function setUp(options: ClientOptions = {}, browser = createFakeBrowser()) {
  const page = browser.openPage();
  return { browser, page, client: openClient(page, options) };
}
