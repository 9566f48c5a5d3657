import { lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, wordsOf } from './cli-error.mjs';
import { isOwnScript } from './is-own-script.mjs';

/**
 * `ready-made`: the worker that starts by itself. `composed`: what an app's own classic worker loads with `importScripts`.
 * `page`: what a page without a bundler imports.
 *
 * @typedef {'ready-made' | 'composed' | 'page'} Kind
 */

/**
 * A script in one of the app's folders.
 *
 * @typedef {object} Copy
 * @property {Kind} kind
 * @property {string} folder absolute; the script is in its folder `nudgeloop`
 */

/**
 * What is at a copy's place. `foreign` is a file that no build of this package made.
 *
 * @typedef {'current' | 'stale' | 'missing' | 'foreign'} State
 */

/** What copying the script did. */
const OUTCOMES = /** @type {const} */ ({ current: 'current', stale: 'refreshed', missing: 'copied', foreign: 'replaced' });

/**
 * The scripts that can be copied, and the keys under which package.json remembers their folders.
 *
 * @type {readonly { readonly kind: Kind, readonly file: string, readonly key: string }[]}
 */
export const scripts = [
  { kind: 'ready-made', file: 'service-worker.js', key: 'workerDirectory' },
  { kind: 'composed', file: 'worker.classic.js', key: 'composedDirectory' },
  { kind: 'page', file: 'nudgeloop.js', key: 'pageDirectory' },
];

/** Where pages look for the scripts, below the root of the site. */
const FOLDER = 'nudgeloop';

/** @param {Kind} kind */
export function fileOf(kind) {
  const script = scripts.find((each) => each.kind === kind);
  return script?.file ?? '';
}

/** @param {Copy} copy */
export function pathOf({ kind, folder }) {
  return join(folder, FOLDER, fileOf(kind));
}

/**
 * What to do with a copied script.
 *
 * @param {Kind} kind
 */
export function useOf(kind) {
  const url = `/${FOLDER}/${fileOf(kind)}`;
  const quoted = `'${url}'`;
  if (kind === 'composed') return `In your worker: importScripts(${quoted});`;
  if (kind === 'page') return `In your page: import { createNudgeloop } from ${quoted};`;
  return `Pages look for it at ${url}.`;
}

/**
 * Checks whether a copy equals the package's own script, except for line endings, which Git may have changed.
 *
 * @param {Copy} copy
 * @returns {Promise<State>}
 */
export async function lookAt(copy) {
  const file = fileOf(copy.kind);
  const own = await readOwn(file);
  const found = await readIfThere(pathOf(copy));
  if (found === undefined) return 'missing';
  if (textOf(found) === textOf(own)) return 'current';
  return isOwnScript(textOf(found), file) ? 'stale' : 'foreign';
}

/**
 * What is compared.
 *
 * @param {Buffer} script
 */
function textOf(script) {
  return script.toString().replaceAll('\r\n', '\n');
}

/**
 * What to do about a foreign file.
 *
 * @param {Copy} copy
 */
export function adviceOnForeign(copy) {
  const key = scripts.find(({ kind }) => kind === copy.kind)?.key;
  return `${shown(pathOf(copy))} is not a copy of the package's script, so it stays as it is. If it is your own, name another folder, or delete this one at "${key}" in package.json; pass --force to replace it.`;
}

/**
 * Copies a script and its source map, which only developer tools request; creates the folder if it is missing.
 *
 * @param {Copy} copy
 * @returns {Promise<typeof OUTCOMES[State]>}
 */
export async function copyScript(copy) {
  const { kind, folder } = copy;
  const state = await lookAt(copy);
  const file = fileOf(kind);
  // A checkout may be read-only, and a server that watches its files should not see a change.
  if (state === 'current' && (await readIfThere(`${pathOf(copy)}.map`)) !== undefined) return OUTCOMES.current;
  try {
    await mkdir(join(folder, FOLDER), { recursive: true });
    // Read and written, not copied: a package's files may be read-only, and then a copy would be too.
    for (const name of [file, `${file}.map`]) await writeFile(join(folder, FOLDER, name), await readOwn(name));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${shown(pathOf(copy))} can't be written: ${wordsOf(error)}. Fix that, or name another folder.`);
  }
  return OUTCOMES[state];
}

/** @param {string} folder */
export async function isFolder(folder) {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}

/**
 * @param {string} folder
 * @param {boolean} mayLack whether it is created if there is nothing
 * @throws {CliError} when it is not there
 */
export async function demandFolder(folder, mayLack) {
  if (await isFolder(folder)) return;
  const found = await lstat(folder).catch(() => undefined);
  if (found !== undefined) {
    const isThere = await stat(folder).then(() => true, () => false);
    throw new CliError(`${shown(folder)} is ${isThere ? 'not a folder' : 'a link that leads nowhere'}. Name the folder of your static files, such as public/.`);
  }
  if (mayLack) return;
  throw new CliError(
    `There is no folder ${shown(folder)}. Name the folder of your static files, such as public/; or pass --create to create it.`,
  );
}

/** @param {string} name */
async function readOwn(name) {
  const path = fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
  const found = await readIfThere(path);
  if (found !== undefined) return found;
  throw new CliError(`The package has no ${path}. Install nudgeloop again; in its own repository, run "npm run build" first.`);
}

/** @param {string} path */
async function readIfThere(path) {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = '' } = /** @type {{ code?: string }} */ (error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(`${shown(path)} can't be read: ${wordsOf(error)}.`);
  }
}

/**
 * A path as people type it: relative to where the command runs, with slashes.
 *
 * @param {string} path
 */
export function shown(path) {
  const short = relative(process.cwd(), path).replaceAll('\\', '/');
  return short === '' ? '.' : short;
}
