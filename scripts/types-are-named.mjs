#!/usr/bin/env node
// Compiles a module whose types are all inferred to declarations, in a folder in which the app can't reach what the
// package depends on, as with pnpm. The declarations may name only what the package exports. Run it after a build.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ from) => fileURLToPath(new URL(`../${from}`, import.meta.url));
const source = `
import { createNudgeloop } from 'nudgeloop';
import { GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { goalStoreOf, storeOf } from 'nudgeloop/store';
export const loop = createNudgeloop();
export const typed = loop.loop<{ action: { steps: number }; goal: { steps: number } }>('typed');
export const stores = [storeOf(loop), goalStoreOf(loop), storeOf(typed), goalStoreOf(typed)] as const;
export const goal = () => [loop.state().goalState, typed.state().goalState] as const;
export const history = async () => [(await loop.history())[0]?.action, (await typed.history())[0]?.action] as const;
export const suggestions = async () => [(await loop.nudges())[0]?.suggestions[0], (await typed.nudges())[0]?.suggestions[0]] as const;
export const backup = () => loop.export();
export const letters = async () => (await loop.deadLetters.list())[0]?.actions;
export const inspect = async () => (await loop.inspect()).loop;
export const core = new GoalDrivenFeedbackLoop({ strategy: new SimpleGoalFeedbackStrategy() });
export const suggest = () => core.suggestActions([], [{ steps: 1 }]);
`;

// The real path: on macOS the folder for temporary files is behind a link, which the compiler resolves.
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'nudgeloop-types-')));
try {
  const installed = path.join(folder, 'node_modules', 'nudgeloop');
  mkdirSync(path.join(installed, 'node_modules'), { recursive: true });
  for (const part of ['package.json', 'dist/types']) cpSync(at(part), path.join(installed, part), { recursive: true });
  for (const name of ['comlink', 'idb', 'zod']) symlinkSync(at(`node_modules/${name}`), path.join(installed, 'node_modules', name), 'junction');
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'app.ts'), source);
  const options = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
  const tsc = [at('node_modules/typescript/bin/tsc'), ...options, 'app.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, tsc, { cwd: folder, encoding: 'utf8' });
  if (status === 0) console.log('an app can emit declarations of what it infers from the package');
  else {
    console.error(`An app can't emit declarations of what it infers from the package:\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
