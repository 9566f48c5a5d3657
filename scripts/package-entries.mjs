#!/usr/bin/env node
// Imports every built entry in plain Node, as a server or a test runner of an app does, and makes a client there: a
// bundler forgives what Node does not, such as a dependency that is CommonJS to it. Wants a finished build.
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Each entry, and one name that it must bring. */
const entries = {
  index: 'createNudgeloop',
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
  if (entry === 'index' || entry === 'vite') /** @type {() => unknown} */ (exported[name])();
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
