#!/usr/bin/env node
// What a user downloads: gzip sizes with every dependency inside. Fails when one grows beyond its ceiling, and says how
// far it is from its goal; a change that makes one smaller lowers the ceiling too. Wants a finished build.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const gzip = (/** @type {string | Uint8Array} */ content) => gzipSync(content, { level: 9 }).length;

/**
 * Bundles an entry as an app would, and measures what loads with it and what loads only when needed.
 *
 * @param {string} entry
 */
async function measure(entry) {
  const [result] = /** @type {import('vite').Rolldown.RolldownOutput[]} */ (await build({
    configFile: false,
    root: at('.'),
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      write: false,
      // As a library, so that Vite's own preload helper, which an app has once anyway, is not counted.
      lib: { entry: at(entry), formats: ['es'] },
      // Library mode spares whitespace unless the output itself is told to minify.
      rolldownOptions: { output: { minify: true } },
    },
  }));
  if (!result) throw new Error(`${entry} was not bundled`);
  const chunks = new Map(result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
  /** @type {Set<string>} */
  const first = new Set();
  const visit = (/** @type {string} */ name) => {
    if (first.has(name)) return;
    first.add(name);
    chunks.get(name)?.imports.forEach(visit);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) visit(chunk.fileName);
  const sum = (/** @type {boolean} */ isFirst) =>
    [...chunks.values()].reduce((size, { fileName, code }) => size + (first.has(fileName) === isFirst ? gzip(code) : 0), 0);
  return { first: sum(true), later: sum(false) };
}

const page = await measure('dist/index.js');
const core = await measure('dist/core.js');
const worker = gzip(await readFile(at('dist/service-worker.js')));

/** @type {{ what: string, bytes: number, ceiling?: number, goal?: number }[]} */
const rows = [
  { what: 'nudgeloop, the page entry', bytes: page.first, ceiling: 14_500, goal: 9_000 },
  { what: 'nudgeloop, loaded only without a service worker', bytes: page.later },
  { what: 'nudgeloop/core, all of it', bytes: core.first + core.later },
  { what: 'nudgeloop/service-worker.js', bytes: worker, ceiling: 34_000, goal: 16_000 },
];
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, bytes, ceiling, goal } of rows) {
  const verdict = ceiling === undefined ? '' : `of ${ceiling} ${bytes > ceiling ? 'TOO LARGE' : 'ok'}, goal ${goal}`;
  console.log(`${what.padEnd(width)}  ${String(bytes).padStart(6)} B  ${verdict}`.trimEnd());
}
if (rows.some(({ bytes, ceiling = Infinity }) => bytes > ceiling)) process.exitCode = 1;
