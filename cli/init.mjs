import { resolve } from 'node:path';
import { readAppManifest, writeAppManifest } from './app-manifest.mjs';
import { CliError, FAILED, MISUSED } from './cli-error.mjs';
import { adviceOnForeign, copyScript, demandFolder, fileOf, isFolder, lookAt, pathOf, shown, useOf } from './worker-scripts.mjs';

/** @typedef {import('./worker-scripts.mjs').Copy} Copy */
/** @typedef {import('./worker-scripts.mjs').Kind} Kind */

/**
 * @typedef {object} InitOptions
 * @property {readonly string[]} folders if empty, those that package.json remembers
 * @property {boolean} composed the script for a worker of the app's own, instead of the ready-made one
 * @property {boolean} page also the script for a page without a bundler
 * @property {boolean} create
 * @property {boolean} check
 * @property {boolean} force also replaces files that are not copies of the package's scripts
 * @property {boolean} save
 */

/** @param {boolean} hasHooks */
function howToKeepCurrent(hasHooks) {
  const toDo = 'To refresh the copy with each build,';
  if (hasHooks) return `${toDo} add to the scripts of package.json: "prebuild": "nudgeloop init --create"`;
  return `${toDo} start "build" in the scripts of package.json with the command, since your package manager runs no "prebuild": "build": "nudgeloop init --create && ..."`;
}

/** @param {readonly Kind[]} kinds those asked for; if empty, any */
function nothingRemembered(kinds) {
  const what = kinds.length === 0 ? '' : ` for ${kinds.map(fileOf).join(' or ')}`;
  const flags = kinds.map((kind) => ` --${kind}`).join('');
  return `package.json remembers no folder${what} yet. Name the folder of your static files: "npx nudgeloop init public/${flags}".`;
}

/**
 * Copies scripts to where the app's server finds them, or checks whether the copies are current.
 *
 * @param {InitOptions} options
 * @param {(line: string) => void} say
 * @returns {Promise<number>} the exit code
 * @throws {CliError}
 */
export async function init({ folders, composed, page, create, check, force, save }, say) {
  if (folders.includes('')) throw new CliError('The name of the folder is empty; is a variable not set? Name the folder of your static files, such as public/.', MISUSED);
  /** @type {Kind[]} */
  const flagged = [...(composed ? [/** @type {const} */ ('composed')] : []), ...(page ? [/** @type {const} */ ('page')] : [])];
  /** @type {Kind[]} */
  const kinds = composed ? flagged : ['ready-made', ...flagged];
  const named = folders.flatMap((folder) => kinds.map((kind) => ({ kind, folder: resolve(folder) })));
  const isNamed = named.length > 0;
  // Read before anything is copied: if it is broken, nothing is left half done.
  const manifest = isNamed && (check || !save) ? undefined : await readAppManifest(process.cwd());
  const copies = isNamed ? named : (manifest?.remembered ?? []).filter(({ kind }) => flagged.length === 0 || kinds.includes(kind));
  const isThere = (/** @type {Kind} */ wanted) => copies.some(({ kind }) => kind === wanted);
  if (copies.length === 0 || !flagged.every(isThere)) throw new CliError(nothingRemembered(flagged), MISUSED);
  const asked = flagged.map((kind) => ` --${kind}`).join('');
  if (check) return checkCopies(copies, isNamed ? asked : undefined, say);

  // Check all before the first is copied, for the same reason.
  for (const copy of copies) {
    if (!force && (await lookAt(copy)) === 'foreign') throw new CliError(adviceOnForeign(copy));
    await demandFolder(copy.folder, create);
  }
  for (const copy of copies) {
    const outcome = await copyScript(copy);
    say(`${outcome}: ${shown(pathOf(copy))}`);
  }
  if (manifest === undefined) return 0;
  const text = isNamed ? manifest.remembering(copies) : undefined;
  if (text !== undefined) {
    await writeAppManifest(manifest.path, text);
    say(`Remembered in ${shown(manifest.path)}: after an update of nudgeloop, "npx nudgeloop init" refreshes the ${copies.length === 1 ? 'copy' : 'copies'}.`);
  }
  if (!manifest.isKeptCurrent) say(howToKeepCurrent(manifest.hasHooks));
  if (isNamed) for (const kind of kinds) say(useOf(kind));
  return 0;
}

/**
 * @param {readonly Copy[]} copies
 * @param {string | undefined} flags of the command, if it named folders
 * @param {(line: string) => void} say
 */
async function checkCopies(copies, flags, say) {
  /** @type {Copy[]} */
  const foreign = [];
  /** @type {Copy[]} */
  const bad = [];
  for (const copy of copies) {
    const state = await lookAt(copy);
    say(`${state}: ${shown(pathOf(copy))}`);
    if (state === 'foreign') foreign.push(copy);
    else if (state !== 'current') bad.push(copy);
  }
  for (const copy of foreign) say(adviceOnForeign(copy));
  if (bad.length === 0) return foreign.length === 0 ? 0 : FAILED;
  const folders = [...new Set(bad.map(({ folder }) => folder))];
  const create = (await Promise.all(folders.map(isFolder))).every(Boolean) ? '' : ' --create';
  const named = flags === undefined ? '' : ` ${folders.map((folder) => quoted(shown(folder))).join(' ')}${flags}`;
  // While a foreign file is there, that command copies nothing.
  const lead = foreign.length === 0 ? 'Fix it' : 'After that, fix the others';
  say(`${lead} with "npx nudgeloop init${named}${create}".`);
  return FAILED;
}

/** @param {string} path */
function quoted(path) {
  return /\s/.test(path) ? `"${path}"` : path;
}
