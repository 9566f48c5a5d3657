import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LOCKS_OF_NPM = ['package-lock.json', 'npm-shrinkwrap.json'];
const LOCKS_OF_BUN = ['bun.lock', 'bun.lockb'];

/**
 * Which scripts an app's package manager runs by itself: those before and after every other script, such as `prebuild`; only
 * those around an installation; or none.
 *
 * @typedef {'all' | 'install' | 'none'} Hooks
 */

/**
 * Tells which hooks run in an app. Its package manager decides:
 *
 * - Yarn 2 and later run no `prebuild`; pnpm 6 to 8 only with `enable-pre-post-scripts`.
 * - npm runs no hook at all with `ignore-scripts`. The others obey that setting at an installation only, if at all.
 * - If nothing tells the package manager, it is assumed to be npm.
 *
 * @param {string} from the folder of the app's package.json; in a workspace, the signs of the package manager may be above it
 * @returns {Promise<Hooks>}
 */
export async function findHooks(from) {
  let isIgnoring = false;
  let isEnabling = false;
  for (let folder = from; ; folder = dirname(folder)) {
    const settings = (await textOf(join(folder, '.npmrc'))) ?? '';
    isIgnoring ||= isOn(settings, 'ignore-scripts');
    isEnabling ||= isOn(settings, 'enable-pre-post-scripts');
    const found = (await lookIn(folder)) ?? (folder === dirname(folder) ? 'npm' : undefined);
    if (found === 'npm') return isIgnoring ? 'none' : 'all';
    if (found === 'old pnpm') return isEnabling ? 'all' : 'install';
    if (found !== undefined) return found;
  }
}

/**
 * @param {string} settings an .npmrc
 * @param {string} name
 */
function isOn(settings, name) {
  return new RegExp(`^[ \\t]*${name}[ \\t]*(?:=[ \\t]*true[ \\t]*)?\\r?$`, 'm').test(settings);
}

/**
 * @param {string} folder
 * @returns {Promise<Hooks | 'npm' | 'old pnpm' | undefined>} undefined if nothing here tells; for these two, their settings decide too
 */
async function lookIn(folder) {
  const manifest = (await textOf(join(folder, 'package.json'))) ?? '';
  // Read as text: a broken package.json above the app's own is no reason to stop.
  const [, name, major = ''] = /"packageManager"\s*:\s*"([^@"]+)@(\w+)/.exec(manifest) ?? [];
  if (name === 'yarn') return ['0', '1'].includes(major) ? 'all' : 'install';
  if (name === 'pnpm') return ['6', '7', '8'].includes(major) ? 'old pnpm' : 'all';
  if (name !== undefined) return name === 'npm' ? 'npm' : 'all';
  const lock = await textOf(join(folder, 'yarn.lock'));
  // Only Yarn 2 and later read .yarnrc.yml and write __metadata.
  if (lock !== undefined) return (await textOf(join(folder, '.yarnrc.yml'))) !== undefined || lock.includes('__metadata:') ? 'install' : 'all';
  const ofPnpm = await textOf(join(folder, 'pnpm-lock.yaml'));
  // pnpm 6 to 8 write lock files in the formats 5.3 to 6.1, quoted or not; pnpm 9 writes 9.0.
  if (ofPnpm !== undefined) return /^lockfileVersion: '?(?:5\.[34]|6)/m.test(ofPnpm) ? 'old pnpm' : 'all';
  for (const lockOfNpm of LOCKS_OF_NPM) if ((await textOf(join(folder, lockOfNpm))) !== undefined) return 'npm';
  for (const lockOfBun of LOCKS_OF_BUN) if ((await textOf(join(folder, lockOfBun))) !== undefined) return 'all';
  return undefined;
}

/** @param {string} path */
async function textOf(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}
