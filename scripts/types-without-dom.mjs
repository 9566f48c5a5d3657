#!/usr/bin/env node
// Compiles the types of `nudgeloop/core` as a Node project does that has Node's types, but neither the DOM's nor
// `skipLibCheck`: every name in them must exist. Run it after a build.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const types = 'dist/types/src/core.d.ts';
const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022', '--types', 'node', '--skipLibCheck', 'false'];
const { status, stdout, stderr } = spawnSync(process.execPath, [at('node_modules/typescript/bin/tsc'), ...options, at(types)], { encoding: 'utf8' });
if (status === 0) console.log(`${types} compiles without the types of the DOM`);
else {
  console.error(`${types} does not compile without the types of the DOM:\n${stdout}${stderr}`);
  process.exitCode = 1;
}
