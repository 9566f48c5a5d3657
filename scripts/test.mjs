#!/usr/bin/env node
// npm test: the checks, in order. The last line is "N passed, M failed".
// node scripts/test.mjs [--ci] [--no-install]
// With --ci, a missing engine is a failure, and a part of the fault kit and of the users' apps runs too. With
// --no-install, no browser is installed.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurers } from './ensure-browser.mjs';
import { countStage } from './lib/count-stage.mjs';
import { endGroup } from './lib/end-group.mjs';
import { testStages } from './lib/test-stages.mjs';

/** @typedef {import('./lib/test-stages.mjs').Stage} Stage */

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = path.join(root, '.cache', 'reports');
/** Far longer than a stage takes; a stage that hangs must still end with a result. */
const STAGE_LIMIT_MS = 900_000;
/** Ctrl+C, a request to end, and a terminal that is closed. */
const ENDINGS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

// A misspelt one is refused.
const { values } = parseArgs({ options: { ci: { type: 'boolean', default: false }, 'no-install': { type: 'boolean', default: false } } });
const isCi = values.ci;
const mayInstall = !values['no-install'];
/** @type {string[]} */
const engines = [];
/** @type {string[]} */
const missing = [];
for (const [name, ensure] of Object.entries(ensurers)) {
  try {
    console.log(`${name}: ${ensure({ mayInstall }).executablePath}`);
    engines.push(name);
  } catch (error) {
    // The stages without a browser still give results. Those that need Chromium fail by themselves.
    console.log(error instanceof Error ? error.message : error);
    missing.push(name);
  }
}

const stages = testStages({ reports, engines, missing, isCi });

/** @param {Stage} stage @returns {Promise<boolean>} whether it ended well */
function run({ command, env }) {
  const bin = path.join(root, 'node_modules', '.bin');
  const child = spawn(command, {
    cwd: root,
    shell: true,
    // A process group of its own, so the time limit ends the browsers too.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`, ...env },
  });
  /** @type {Promise<void> | undefined} */
  let ending;
  const end = () => (ending ??= child.pid === undefined ? Promise.resolve() : endGroup(child.pid));
  const limit = setTimeout(() => {
    console.log(`No end after ${STAGE_LIMIT_MS / 1000} s: stopped.`);
    void end();
  }, STAGE_LIMIT_MS);
  const interrupt = () => {
    // So its end begins no other stage.
    child.removeAllListeners();
    void end().then(() => process.exit(130));
  };
  // Not once: a second Ctrl+C would end this process before the group has ended.
  for (const signal of ENDINGS) process.on(signal, interrupt);
  return new Promise((resolve) => {
    const settle = (/** @type {boolean} */ ok) => {
      clearTimeout(limit);
      for (const signal of ENDINGS) process.off(signal, interrupt);
      // The shell may be gone before what it started.
      void Promise.resolve(ending).then(() => resolve(ok));
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
  });
}

await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });

const total = { passed: 0, failed: 0 };
/** @type {Set<string>} */
const broken = new Set();
/** @type {string[]} */
const summary = [];
/** @type {string[]} */
const failures = [];
for (const stage of stages) {
  const start = performance.now();
  const blocked = stage.needs !== undefined && broken.has(stage.needs);
  console.log(`\n== ${stage.name}${blocked ? `: not run, since ${stage.needs} failed` : ''}`);
  const ok = !blocked && (await run(stage));
  if (!ok) broken.add(stage.name);
  const result = await countStage(stage.count, ok);
  total.passed += result.passed;
  total.failed += result.failed;
  // One line each, so the end of a long log still tells which test failed.
  for (const failure of result.failures ?? []) failures.push(`${stage.name}: ${failure.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  const skipped = result.skipped?.length ? `, skipped: ${result.skipped.join(', ')}` : '';
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  summary.push(
    `${ok && result.failed === 0 ? 'ok    ' : 'FAILED'}  ${stage.name.padEnd(12)} ${seconds.padStart(6)} s  ${result.passed} passed, ${result.failed} failed${skipped}`,
  );
}
console.log(`\n${summary.join('\n')}\n`);
if (failures.length > 0) console.log(`${failures.slice(0, 12).join('\n')}${failures.length > 12 ? `\nand ${failures.length - 12} more` : ''}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
