import { resolve } from 'node:path';
import { readAppManifest, writeAppManifest } from './app-manifest.mjs';
import { CliError, FAILED, MISUSED } from './cli-error.mjs';
import { copyScript, lookAt, pathOf, shown, urlOf } from './worker-scripts.mjs';

/** @typedef {import('./worker-scripts.mjs').Copy} Copy */

/**
 * @typedef {object} InitOptions
 * @property {readonly string[]} folders none means those that package.json remembers
 * @property {boolean} composed
 * @property {boolean} create
 * @property {boolean} check
 * @property {boolean} save
 */

const KEEP_CURRENT = 'To refresh the copy with each install, add to the scripts of package.json: "postinstall": "nudgeloop init --create"';

const NOTHING_REMEMBERED =
  'package.json remembers no folder yet. Name the one that your server takes static files from: "npx nudgeloop init public/".';

/**
 * Copies the worker's script to where the app's server finds it, or looks whether the copies are current.
 *
 * @param {InitOptions} options
 * @param {(line: string) => void} say
 * @returns {Promise<number>} the exit code
 * @throws {CliError}
 */
export async function init({ folders, composed, create, check, save }, say) {
  const kind = composed ? 'composed' : 'ready-made';
  const named = folders.map((folder) => ({ kind, folder: resolve(folder) })).map((copy) => /** @type {Copy} */ (copy));
  const isNamed = named.length > 0;
  // Read before anything is copied, so that a broken one leaves nothing half done.
  const manifest = isNamed && (check || !save) ? undefined : await readAppManifest(process.cwd());
  const copies = isNamed ? named : (manifest?.remembered ?? []).filter((copy) => !composed || copy.kind === 'composed');
  if (copies.length === 0) throw new CliError(NOTHING_REMEMBERED, MISUSED);
  if (check) return checkCopies(copies, isNamed, say);

  for (const copy of copies) {
    const outcome = await copyScript(copy, { create });
    say(`${outcome}: ${shown(pathOf(copy))}`);
  }
  if (manifest === undefined) return 0;
  const text = isNamed ? manifest.remembering(copies) : undefined;
  if (text !== undefined) {
    await writeAppManifest(manifest.path, text);
    say(`Remembered in ${shown(manifest.path)}: after an update of nudgeloop, "npx nudgeloop init" refreshes the copy.`);
  }
  if (!manifest.isKeptCurrent) say(KEEP_CURRENT);
  if (isNamed) say(composed ? `In your worker: importScripts('${urlOf(kind)}');` : `Pages look for it at ${urlOf(kind)}.`);
  return 0;
}

/**
 * @param {readonly Copy[]} copies
 * @param {boolean} isNamed
 * @param {(line: string) => void} say
 */
async function checkCopies(copies, isNamed, say) {
  /** @type {Copy[]} */
  const bad = [];
  for (const copy of copies) {
    const state = await lookAt(copy);
    say(`${state}: ${shown(pathOf(copy))}`);
    if (state !== 'current') bad.push(copy);
  }
  if (bad.length === 0) return 0;
  const flag = isNamed && bad[0]?.kind === 'composed' ? ' --composed' : '';
  const mend = isNamed ? `npx nudgeloop init ${bad.map(({ folder }) => shown(folder)).join(' ')}${flag}` : 'npx nudgeloop init';
  say(`Mend it with "${mend}".`);
  return FAILED;
}
