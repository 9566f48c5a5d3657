/** Some origin, to read paths with. */
const ROOT = 'http://localhost/';

/** Where a page looks for the script if nobody tells it. */
export const DEFAULT_URL = '/nudgeloop/service-worker.js';

/** The script's source map, by the name that the script itself gives. */
const MAP = 'service-worker.js.map';

/** Where the script is in an app: below its base. */
export interface WorkerPlace {
  /** As a file below the out dir. */
  readonly path: string;
  readonly mapPath: string;
}

/**
 * Reads the option `path`.
 *
 * @param scope the option of that name
 * @throws Error when it leads nowhere below the app's base, or the script's folder, its scope, would be the base itself
 */
export function workerPlace(given: unknown, scope: string | undefined): WorkerPlace {
  const path = typeof given === 'string' ? given.replace(/^\//, '') : '';
  const parts = path.split('/');
  if (!path.endsWith('.js') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`nudgeloop: the option path is refused: pass a path of a script below the app's base, such as "nudgeloop/service-worker.js", not ${JSON.stringify(given)}.`);
  }
  // Else the file would have one name, and what browsers ask for another.
  if (path.includes('%') || new URL(path, ROOT).pathname !== `/${path}`) {
    throw new Error(`nudgeloop: the option path is refused: pass one that a URL leaves as it is, without spaces, umlauts and the like, such as "nudgeloop/service-worker.js", not ${JSON.stringify(given)}.`);
  }
  // There it would control the app's pages, and take turns with any other worker that the app has.
  if (parts.length === 1 && scope === undefined) {
    throw new Error(`nudgeloop: the option path is refused: put the script into a folder of its own, such as "nudgeloop/${path}", which is its scope; or pass the scope that it is to have.`);
  }
  return { path, mapPath: [...parts.slice(0, -1), MAP].join('/') };
}

/**
 * Reads the option `scope`.
 *
 * @throws Error when it is no URL
 */
export function checkScope(scope: unknown): string | undefined {
  if (scope === undefined || (typeof scope === 'string' && URL.canParse(scope, ROOT))) return scope;
  throw new Error(`nudgeloop: the option scope is refused: pass a path such as "/", not ${JSON.stringify(scope)}.`);
}

/** Tells a base that leaves open where the app will be. Only a build has one; the dev server is at the root then. */
export function isRelative(base: string): boolean {
  return base === '' || base === './';
}

/**
 * Where a page finds the script: below the app's base, and always on its own origin, since browsers take a worker from no
 * other.
 *
 * @param base Vite's option
 * @param path below it
 * @param isBuild tells where the script is when the base is another host
 */
export function workerUrl(base: string, path: string, isBuild: boolean): string {
  if (isRelative(base)) return `/${path}`;
  // Files on another host: the script is at the root of the origin, where the out dir is for a page without a base.
  if (/^([a-z]+:)?\/\//i.test(base)) return isBuild ? `/${path}` : `${folderOf(new URL(base, ROOT).pathname)}${path}`;
  return `${folderOf(base)}${path}`;
}

/**
 * Where a page finds the script when only the way from one built file to another is known: an expression that is evaluated
 * in the chunk. The page's own address is of no use, since a router changes it.
 *
 * @param path of the script, below the out dir
 * @param fileName of the chunk, below the out dir
 * @param format of the output
 */
export function urlFromChunk(path: string, fileName: string, format: string): string {
  const way = JSON.stringify('../'.repeat(fileName.split('/').length - 1) + path);
  if (format === 'es') return `new URL(${way}, import.meta.url).href`;
  // Where no script element runs the chunk, such as in SystemJS, nothing tells its place: then as the page sees it.
  const from = 'document.currentScript';
  return `typeof document === "object" && ${from} && ${from}.src ? new URL(${way}, ${from}.src).href : ${JSON.stringify(`./${path}`)}`;
}

/**
 * The header that a scope outside the script's folder needs.
 *
 * @param base of the server
 * @param path of the script, below it
 * @param scope as the page passes it: read from the page, as registrations do, not from the script
 * @returns undefined when it needs none
 */
export function allowedScope(base: string, path: string, scope: string | undefined): string | undefined {
  if (scope === undefined) return undefined;
  const [page, script] = [workerUrl(base, '', false), workerUrl(base, path, false)].map((url) => new URL(url, ROOT));
  const { pathname } = new URL(scope, page);
  return pathname.startsWith(new URL('./', script).pathname) ? undefined : pathname;
}

function folderOf(base: string): string {
  return `/${base}/`.replaceAll(/\/{2,}/g, '/');
}
