import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { CliError, wordsOf } from './cli-error.mjs';
import { findHooks } from './find-hooks.mjs';
import { setJsonMember } from './set-json-member.mjs';
import { scripts } from './worker-scripts.mjs';

/** @typedef {import('./worker-scripts.mjs').Kind} Kind */
/** @typedef {import('./worker-scripts.mjs').Copy} Copy */

/**
 * The parts of the app's package.json that we use.
 *
 * @typedef {object} AppManifest
 * @property {string} path
 * @property {readonly Copy[]} remembered
 * @property {boolean} hasHooks whether its package manager runs `prebuild` before `build`
 * @property {boolean} isKeptCurrent whether one of its scripts runs the command (not with --check, which copies nothing), and
 * something runs that script
 * @property {(copies: readonly Copy[]) => string | undefined} remembering its text with these copies added; undefined if
 * they are remembered already
 */

const HOW_TO_GO_ON = 'Run this in the folder of your app, create one with "npm init -y", or name the folder of your static files and pass --no-save to copy without remembering.';

/**
 * Reads the nearest package.json, from a folder upward.
 *
 * @param {string} from
 * @returns {Promise<AppManifest>}
 * @throws {CliError}
 */
export async function readAppManifest(from) {
  const { path, text } = await findManifest(from);
  const folder = dirname(path);
  const { nudgeloop = {}, scripts: commands } = parse(path, text);
  if (!isRecord(nudgeloop)) throw new CliError(`"nudgeloop" in ${path} is not an object. Write "nudgeloop": { "workerDirectory": ["public"] }, or remove it.`);

  const remembered = scripts.flatMap(({ kind, key }) => {
    const { [key]: value = [] } = nudgeloop;
    const folders = Array.isArray(value) ? value : [value];
    if (!folders.every((each) => typeof each === 'string' && each !== '')) {
      throw new CliError(`"nudgeloop.${key}" in ${path} is not a list of folders. Write "${key}": ["public"], or remove it.`);
    }
    return folders.map((each) => ({ kind, folder: resolve(folder, each) }));
  });

  const hooks = await findHooks(folder);

  return {
    path,
    remembered,
    hasHooks: hooks === 'all',
    isKeptCurrent: isRecord(commands) && isCopying(commands, hooks),
    remembering(copies) {
      const added = copies.filter(({ kind, folder }) => !remembered.some((known) => known.kind === kind && known.folder === folder));
      if (added.length === 0) return undefined;
      const lists = scripts.map(({ kind, key }) => {
        const folders = [...remembered, ...added].filter((copy) => copy.kind === kind).map((copy) => withSlashes(relative(folder, copy.folder)));
        return /** @type {const} */ ([key, [...new Set(folders)]]);
      });
      const kept = lists.filter(([, folders]) => folders.length > 0);
      return setJsonMember(text, 'nudgeloop', { ...nudgeloop, ...Object.fromEntries(kept) });
    },
  };
}

/**
 * @param {string} path
 * @param {string} text
 */
export async function writeAppManifest(path, text) {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new CliError(`${path} can't be written: ${wordsOf(error)}. The copy was made; pass --no-save to copy without remembering.`);
  }
}

/** The scripts that people run to build or start an app, and those that run by themselves. */
const RUN = {
  all: /^(?:(?:build|dev|start)\b|pre|post|install$)/,
  install: /^(?:(?:build|dev|start)\b|(?:pre|post)?install$)/,
  none: /^(?:build|dev|start)\b/,
};

/**
 * Whether a script that gets run makes the copies.
 *
 * @param {Record<string, unknown>} commands
 * @param {import('./find-hooks.mjs').Hooks} hooks
 */
function isCopying(commands, hooks) {
  const entries = Object.entries(commands).map(([name, command]) => ({ name, text: String(command), words: String(command).split(/[\s"'&|;()]+/) }));
  return entries.some(({ name, text }) => {
    if (!/\bnudgeloop init\b(?![^&|;]*--check)/.test(text)) return false;
    // Any other script may be forgotten, unless another one calls it.
    return RUN[hooks].test(name) || entries.some((other) => other.name !== name && other.words.includes(name));
  });
}

/**
 * @param {string} from
 * @returns {Promise<{ path: string, text: string }>}
 */
async function findManifest(from) {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    try {
      return { path, text: await readFile(path, 'utf8') };
    } catch (error) {
      const { code } = /** @type {{ code?: string }} */ (error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new CliError(`${path} can't be read: ${wordsOf(error)}. ${HOW_TO_GO_ON}`);
    }
    if (folder === dirname(folder)) throw new CliError(`There is no package.json in ${resolve(from)} or above. ${HOW_TO_GO_ON}`);
  }
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parse(path, text) {
  /** @type {unknown} */
  let value;
  try {
    // Some editors write a byte order mark; npm skips it too.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CliError(`${path} is not valid JSON: ${wordsOf(error)}. Fix it and run this again; nothing was copied.`);
  }
  if (!isRecord(value)) throw new CliError(`${path} does not hold an object. Fix it and run this again; nothing was copied.`);
  return value;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {string} path */
function withSlashes(path) {
  return path === '' ? '.' : path.replaceAll('\\', '/');
}
