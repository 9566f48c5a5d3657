#!/usr/bin/env node
// The command of the package: npx nudgeloop.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CliError, FAILED, MISUSED } from './cli-error.mjs';
import { init } from './init.mjs';

const HELP = `Usage: npx nudgeloop init [folder...] [options]

Copies the ready-made service worker to <folder>/nudgeloop/service-worker.js, where <folder> is the one with your
static files, and remembers the folder in package.json ("nudgeloop": { "workerDirectory": [...] }).
Without a folder, it refreshes all remembered copies.

Options:
  --composed  copy worker.classic.js instead, for importScripts in a worker of your own ("composedDirectory")
  --page      also copy nudgeloop.js, for pages without a bundler ("pageDirectory")
  --check     copy nothing; exit with 1 if a copy is stale, missing or another file (for CI)
  --create    create the folder if it is missing
  --force     also replace a file that is not a copy of the package's script
  --no-save   do not remember the folder
  --version   print the version of nudgeloop
  --help      print this help

Exit codes: 0 done, or all copies are current; 1 failed, or a copy is stale, missing or another file; 2 wrong usage, or no folder.

To refresh the copies with each build, add to the scripts of your package.json: "prebuild": "nudgeloop init --create"
Yarn 2 and later, pnpm 6 to 8, and npm with ignore-scripts run no "prebuild". With these, write "build": "nudgeloop init --create && ..."`;

/** @type {(line: string) => void} */
const say = (line) => console.log(line);

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const { values, positionals } = parse(args);
  if (values.help) {
    say(HELP);
    return 0;
  }
  if (values.version) {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    say(version);
    return 0;
  }
  const [command, ...folders] = positionals;
  if (command === undefined) throw new CliError(`Name a command.\n\n${HELP}`, MISUSED);
  if (command !== 'init') throw new CliError(`There is no command "${command}"; the only one is "init". See "npx nudgeloop --help".`, MISUSED);
  const { composed, page, check, create, force } = values;
  return init({ folders, composed, page, check, create, force, save: !values['no-save'] }, say);
}

/** @param {string[]} args */
function parse(args) {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const options = { composed: flag, page: flag, check: flag, create: flag, force: flag, 'no-save': flag, version: flag, help: { ...flag, short: 'h' } };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [text = ''] = error instanceof Error ? error.message.split(/\.(?: |$)/) : [];
    throw new CliError(`${text}. See "npx nudgeloop --help".`, MISUSED);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isTold = error instanceof CliError;
  console.error(isTold ? `nudgeloop: ${error.message}` : error);
  process.exitCode = isTold ? error.exitCode : FAILED;
}
