#!/usr/bin/env node
// Imports every built entry in plain Node, as an app's server or test runner does, and makes a client there: bundlers
// forgive what Node does not, such as a dependency that Node reads as CommonJS. Run it after a build.
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isOwnScript } from '../cli/is-own-script.mjs';
import { scripts as copied } from '../cli/worker-scripts.mjs';

/** Each entry, and one name that it must export. */
const entries = {
  index: 'createNudgeloop',
  nudgeloop: 'createNudgeloop',
  core: 'GoalFeedbackWorker',
  worker: 'startWorker',
  testing: 'createTestLoop',
  store: 'storeOf',
  react: 'NudgeloopProvider',
  vite: 'nudgeloop',
};
const LIMIT_MS = 10_000;

const timer = setTimeout(() => {
  console.error(`An entry did not load, or kept Node alive, for ${LIMIT_MS} ms.`);
  process.exit(1);
}, LIMIT_MS);
timer.unref();

/** @param {string} entry @param {string} name */
async function check(entry, name) {
  const url = new URL(`../dist/${entry}.js`, import.meta.url);
  /** @type {Record<string, unknown>} */
  const exported = await import(url.href);
  if (typeof exported[name] !== 'function') throw new Error(`${fileURLToPath(url)} does not export ${name}`);
  if (entry === 'index' || entry === 'nudgeloop' || entry === 'vite') /** @type {() => unknown} */ (exported[name])();
  if (entry === 'testing') await /** @type {() => { client: { record(action: object): Promise<unknown> } }} */ (exported[name])().client.record({ steps: 1 });
}

for (const [entry, name] of Object.entries(entries)) {
  try {
    await check(entry, name);
    console.log(`dist/${entry}.js loads in Node ${process.version}`);
  } catch (error) {
    console.error(`dist/${entry}.js does not load in Node:`, error);
    process.exitCode = 1;
  }
}

// A bundler that reads no exports unless it is told to, such as Parcel, takes this.
const { main, exports } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
if (main !== exports['.'].default) {
  console.error(`main of package.json is ${main}, and must be ${exports['.'].default}, as in exports.`);
  process.exitCode = 1;
}

// The fault kit stops a worker at its kill points. They exist in copies of the scripts, and no release may have them.
const KIT_ONLY = ['$killPoint', 'armKillPoint', '/killed'];
const scripts = (await readdir(new URL('../dist/', import.meta.url), { recursive: true })).filter((name) => name.endsWith('.js'));
for (const script of scripts) {
  const code = await readFile(new URL(`../dist/${script}`, import.meta.url), 'utf8');
  const found = KIT_ONLY.filter((name) => code.includes(name));
  if (found.length > 0) {
    console.error(`dist/${script} knows of the fault kit: ${found.join(', ')}`);
    process.exitCode = 1;
  }
}
const missing = ['service-worker.js', 'worker.classic.js', 'worker.js'].filter((name) => !scripts.includes(name));
if (missing.length > 0) throw new Error(`The build has no ${missing.join(', ')}.`);
console.log(`${scripts.length} scripts of the build know nothing of the fault kit`);

// The command replaces a copy of any build, and nothing else. It recognizes copies by what builds leave in their
// scripts. If a build left something else, apps could never refresh its copies, so it must not be released.
const textOf = (/** @type {string} */ name) => readFile(new URL(`../dist/${name}`, import.meta.url), 'utf8');
for (const { file } of copied) {
  if (isOwnScript(await textOf(file), file)) continue;
  console.error(`dist/${file} is not known for a script of the package: mend cli/is-own-script.mjs, so that it knows this build and the ones before.`);
  process.exitCode = 1;
}
const library = await Promise.all(scripts.filter((name) => !copied.some(({ file }) => file === name)).map(textOf));
if (!library.some((code) => code.includes('__NUDGELOOP_COPY__'))) {
  console.error('Nothing in dist asks for __NUDGELOOP_COPY__ any more: then cli/is-own-script.mjs takes what an app bundles for a copy. Mend it.');
  process.exitCode = 1;
}
