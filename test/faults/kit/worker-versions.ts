import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { bundle, SITE, type Bundle } from './build-site.ts';
import type { Client } from './client.ts';
import type { Session } from './session.ts';
import type { SiteServer } from './site-server.ts';
import { until } from './wait.ts';

/** The protocols that a build speaks. */
export interface Spoken {
  readonly oldest: number;
  readonly newest: number;
}

/** Rewrites the protocol numbers in the sources of a build. */
export function speaking({ oldest, newest }: Spoken): Plugin {
  return {
    name: 'speaking',
    transform(code, id) {
      if (!id.endsWith('/src/protocol/version.ts')) return undefined;
      const rewritten = code
        .replace(/(export const PROTOCOL_VERSION = )\d+/, `$1${newest}`)
        .replace(/(export const OLDEST_PROTOCOL_VERSION = )\d+/, `$1${oldest}`);
      if (rewritten === code) throw new Error('the numbers of the protocol are not where they were');
      return { code: rewritten, map: null };
    },
  };
}

/**
 * Builds the app's own worker from changed sources.
 *
 * @param name its folder
 * @param change what makes it another build
 * @returns the file, to be swapped in; it is also served as `/<name>/app-worker.js`
 */
export async function buildWorker(name: string, change: Plugin, more: Pick<Bundle, 'killPoints'> = {}): Promise<string> {
  const fileName = `${name}/app-worker.js`;
  await bundle({ entry: 'test/faults/site/worker.ts', fileName, format: 'iife', plugins: [change], ...more });
  return `${SITE}/${fileName}`;
}

/**
 * Builds the page from changed sources.
 *
 * @returns the path where it is served
 */
export async function buildPage(name: string, change: Plugin, server: SiteServer): Promise<string> {
  const fileName = `${name}/page.js`;
  await bundle({ entry: 'test/faults/site/page.ts', fileName, format: 'es', plugins: [change] });
  const html = await readFile(`${SITE}/index.html`, 'utf8');
  server.swap(`/${name}`, { body: html.replace('/page.js', `/${fileName}`), headers: { 'content-type': 'text/html' } });
  return `/${name}`;
}

/** A script with a prefix that makes it another version. */
export async function versionOf(path: string, number: number): Promise<string> {
  return `/* version ${number} */\n${await readFile(`${SITE}${path}`, 'utf8')}`;
}

declare global {
  interface Window {
    /** The worker that was active before the last update. */
    oldWorker: ServiceWorker | null;
  }
}

/**
 * Makes the browser look for another version of a worker, and waits until that is active. A worker that is not idle
 * keeps the next one waiting for half a minute or more, so it is stopped, as browsers do in the end.
 *
 * @param client the page that does it; its `oldWorker` is the one that was active before
 * @param path the script's path
 * @param installed called when the new worker waits for the end of the old one
 * @throws Error if it did not become active: the fault was not injected
 */
export async function updateWorker(session: Session, { tab }: Client, path: string, installed: () => void = () => undefined): Promise<void> {
  const begin = async (script: string): Promise<void> => {
    const all = await navigator.serviceWorker.getRegistrations();
    const registration = all.find(({ active }) => active !== null && new URL(active.scriptURL).pathname === script);
    if (registration === undefined) throw new Error('there is no worker to update');
    window.oldWorker = registration.active;
    await registration.update();
  };
  const look = async (script: string): Promise<'active' | 'waiting' | 'coming'> => {
    const all = await navigator.serviceWorker.getRegistrations();
    const registration = all.find(({ active }) => active !== null && new URL(active.scriptURL).pathname === script);
    if (registration?.active !== window.oldWorker && registration?.active?.state === 'activated') return 'active';
    return registration?.waiting === null ? 'coming' : 'waiting';
  };
  await tab.evaluate(begin, path);
  let waits = 0;
  const isActive = await until(20_000, async () => {
    const state = await tab.evaluate(look, path);
    if (state !== 'coming') installed();
    waits = state === 'waiting' ? waits + 1 : 0;
    if (waits > 10) {
      await session.stopWorkers();
      waits = 0;
    }
    return state === 'active';
  }, 50);
  if (!isActive) throw new Error(`another version of ${path} did not become active`);
}
