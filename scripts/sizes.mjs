#!/usr/bin/env node
// What a user downloads: gzip sizes, including every dependency. Fails if one exceeds its ceiling, and tells how far
// each is from its goal. A change that makes one smaller lowers its ceiling too. Run it after a build.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSize, measureSize } from './lib/measure-size.mjs';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const page = await measureSize('dist/index.js');
const store = await measureSize('dist/store.js');
const react = await measureSize('dist/react.js', ['react']);
const whole = gzipSize(await readFile(at('dist/nudgeloop.js')));
const core = await measureSize('dist/core.js');
const worker = gzipSize(await readFile(at('dist/service-worker.js')));

/** @type {{ what: string, bytes: number, ceiling?: number, goal?: number }[]} */
const rows = [
  { what: 'nudgeloop, the page entry', bytes: page.first, ceiling: 18_500, goal: 9_000 },
  { what: 'nudgeloop, loaded only without a service worker', bytes: page.later },
  { what: 'nudgeloop/nudgeloop.js, all of both in one file', bytes: whole },
  { what: 'nudgeloop/store', bytes: store.first, ceiling: 635, goal: 600 },
  { what: 'nudgeloop/react, beside the page entry', bytes: react.first - page.first, ceiling: 1_000, goal: 1_000 },
  { what: 'nudgeloop/core, all of it', bytes: core.first + core.later },
  { what: 'nudgeloop/service-worker.js', bytes: worker, ceiling: 33_660, goal: 16_000 },
];
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, bytes, ceiling, goal } of rows) {
  const verdict = ceiling === undefined ? '' : `of ${ceiling} ${bytes > ceiling ? 'TOO LARGE' : 'ok'}, goal ${goal}`;
  console.log(`${what.padEnd(width)}  ${String(bytes).padStart(6)} B  ${verdict}`.trimEnd());
}
if (rows.some(({ bytes, ceiling = Infinity }) => bytes > ceiling)) process.exitCode = 1;
