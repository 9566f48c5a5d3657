import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Whose lock file each is: these run hooks. */
const LOCKS_WITH_HOOKS = ['package-lock.json', 'npm-shrinkwrap.json', 'bun.lock', 'bun.lockb'];

/**
 * Tells whether `prebuild` runs before `build` in an app: its package manager decides. Yarn runs no such hooks since its
 * version 2, and pnpm 6 to 8 none unless it is told to. What nothing tells is taken for npm.
 *
 * @param {string} from the folder of the app's package.json; in a workspace, what tells it may be above
 * @returns {Promise<boolean>}
 */
export async function runsHooks(from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = await lookIn(folder);
    if (found !== undefined || folder === dirname(folder)) return found ?? true;
  }
}

/**
 * @param {string} folder
 * @returns {Promise<boolean | undefined>} undefined if nothing here tells it
 */
async function lookIn(folder) {
  const manifest = (await textOf(join(folder, 'package.json'))) ?? '';
  // Read as text: one that is broken, above the app's own, is no reason to stop here.
  const [, name, major = ''] = /"packageManager"\s*:\s*"([^@"]+)@(\w+)/.exec(manifest) ?? [];
  if (name === 'yarn') return ['0', '1'].includes(major);
  if (name === 'pnpm') return !['6', '7', '8'].includes(major);
  if (name !== undefined) return true;
  const lock = await textOf(join(folder, 'yarn.lock'));
  // Only Yarn 2 and later read the one, and write the other.
  if (lock !== undefined) return (await textOf(join(folder, '.yarnrc.yml'))) === undefined && !lock.includes('__metadata:');
  const ofPnpm = await textOf(join(folder, 'pnpm-lock.yaml'));
  // Its versions 6 to 8 write lock files of the formats 5.3 to 6.1, quoted or not; 9 writes 9.0.
  if (ofPnpm !== undefined) return !/^lockfileVersion: '?(?:5\.[34]|6)/m.test(ofPnpm);
  for (const other of LOCKS_WITH_HOOKS) if ((await textOf(join(folder, other))) !== undefined) return true;
  return undefined;
}

/** @param {string} path */
async function textOf(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}
