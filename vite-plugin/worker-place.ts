/** Any origin, to parse paths with. */
const ROOT = 'http://localhost/';

/** Where a page looks for the script by default. */
export const DEFAULT_URL = '/nudgeloop/service-worker.js';

/** The script's source map, under the name that the script itself gives. */
const MAP = 'service-worker.js.map';

/** Where the script is in an app: below its base. */
export interface WorkerPlace {
  /** As a file below the output folder. */
  readonly path: string;
  readonly mapPath: string;
}

/**
 * Parses the option `path`.
 *
 * @param scope the option of that name
 * @throws Error if the path is not below the app's base, or if the script's folder, its scope, would be the base itself
 */
export function workerPlace(given: unknown, scope: string | undefined): WorkerPlace {
  const path = typeof given === 'string' ? given.replace(/^\//, '') : '';
  const parts = path.split('/');
  if (!path.endsWith('.js') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`nudgeloop: the option path is invalid: pass the path of a script below the app's base, such as "nudgeloop/service-worker.js", not ${JSON.stringify(given)}.`);
  }
  // Otherwise the file's name and the URL that browsers request would differ.
  if (path.includes('%') || new URL(path, ROOT).pathname !== `/${path}`) {
    throw new Error(`nudgeloop: the option path is invalid: use only characters that a URL does not escape (no spaces or umlauts), as in "nudgeloop/service-worker.js", not ${JSON.stringify(given)}.`);
  }
  // At the root it would control the app's pages and compete with the app's own worker.
  if (parts.length === 1 && scope === undefined) {
    throw new Error(`nudgeloop: the option path is invalid: put the script into a folder of its own, such as "nudgeloop/${path}", which becomes its scope; or pass the option scope.`);
  }
  return { path, mapPath: [...parts.slice(0, -1), MAP].join('/') };
}

/**
 * The folder that all built files have in common: what their pattern of names has before its first variable part.
 *
 * @param names Rollup's option `entryFileNames`
 * @returns a path that ends with a slash, or nothing; undefined if only a function knows
 */
export function folderOfNames(names: unknown): string | undefined {
  return typeof names === 'string' ? (/^[^[]*\//.exec(names)?.[0] ?? '') : undefined;
}

/** Moves the script into a folder, unless its path says that folder already. */
export function inFolder(folder: string, place: WorkerPlace): WorkerPlace {
  return place.path.startsWith(folder) ? place : { path: folder + place.path, mapPath: folder + place.mapPath };
}

/**
 * Parses the option `scope`.
 *
 * @throws Error if it is not a URL
 */
export function checkScope(scope: unknown): string | undefined {
  if (scope === undefined || (typeof scope === 'string' && URL.canParse(scope, ROOT))) return scope;
  throw new Error(`nudgeloop: the option scope is invalid: pass a path such as "/", not ${JSON.stringify(scope)}.`);
}

/** Tells whether a base leaves open where the app will be. Only in a build; the dev server is then at the root. */
export function isRelative(base: string): boolean {
  return base === '' || base === './';
}

/**
 * Where a page finds the script: below the app's base, and always on its own origin, since browsers accept workers from
 * no other.
 *
 * @param base Vite's option
 * @param path below it
 * @param isBuild decides where the script is if the base is another host
 */
export function workerUrl(base: string, path: string, isBuild: boolean): string {
  if (isRelative(base)) return `/${path}`;
  // Files on another host: in a build, the script is at the root of the page's origin, as if there were no base.
  if (/^([a-z]+:)?\/\//i.test(base)) return isBuild ? `/${path}` : `${folderOf(new URL(base, ROOT).pathname)}${path}`;
  return `${folderOf(base)}${path}`;
}

/**
 * Where a page finds the script if only the path from one built file to another is known: an expression that the chunk
 * evaluates. The page's own address does not help, since a router changes it.
 *
 * @param path of the script, below the output folder
 * @param fileName of the chunk, below the output folder
 * @param format of the output
 */
export function urlFromChunk(path: string, fileName: string, format: string): string {
  const way = JSON.stringify('../'.repeat(fileName.split('/').length - 1) + path);
  if (format === 'es') return `new URL(${way}, import.meta.url).href`;
  // If no script element runs the chunk, as in SystemJS, its place is unknown: resolve against the page instead.
  const from = 'document.currentScript';
  return `typeof document === "object" && ${from} && ${from}.src ? new URL(${way}, ${from}.src).href : ${JSON.stringify(`./${path}`)}`;
}

/**
 * The `Service-Worker-Allowed` header that a scope outside the script's folder needs.
 *
 * @param base of the server
 * @param path of the script, below it
 * @param scope as the page passes it: like a registration, it is resolved against the page, not the script
 * @returns undefined if none is needed
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
