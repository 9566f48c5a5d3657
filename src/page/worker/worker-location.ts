import { DEFAULT_DATABASE } from '../../protocol/version.ts';
import type { ServiceWorkerOptions } from '../client-options.ts';

// Set by the Vite plugin, for apps that are not served from the root of their origin; a whole URL if the base is
// relative.
declare const __NUDGELOOP_WORKER__: string | undefined;

/** Where the ready-made script is expected. */
const DEFAULT_URL = typeof __NUDGELOOP_WORKER__ === 'undefined' ? '/nudgeloop/service-worker.js' : __NUDGELOOP_WORKER__;

/**
 * Fills in where the worker is. The ready-made script at its default place serves any database: it reads the name from
 * its own URL. Each database gets a scope of its own, since a scope has one worker. A URL of the app's own stays as it
 * is: its script names the database itself.
 *
 * @param options what the app passed
 * @param database whose worker
 */
export function workerLocation(options: ServiceWorkerOptions, database: string): ServiceWorkerOptions {
  if (options.url !== undefined) return options;
  if (database === DEFAULT_DATABASE) return { ...options, url: DEFAULT_URL };
  const name = encodeURIComponent(database);
  // No browser accepts %2F or %5C in a scope, and a name may be "..": so use neither percent signs nor the bare name.
  const folder = `db-${name.replaceAll('~', '%7E').replaceAll('%', '~')}/`;
  return { ...options, scope: options.scope ?? DEFAULT_URL.replace(/[^/]*$/, folder), url: `${DEFAULT_URL}?database=${name}` };
}
