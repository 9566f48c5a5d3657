#!/usr/bin/env node
// Runs vector files over every persistence provider.  npm run conformance [-- FILE…]
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { ensureChromium } from './ensure-browser.mjs';
import { chromiumArgs } from './lib/find-browser.mjs';
import { sourceAliases } from './lib/source-aliases.mjs';

/** @typedef {{ name: string, provider: string, failure?: string }} CaseResult */

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : [fileURLToPath(new URL('../test/conformance/vectors.json', import.meta.url))];
/** @type {{ file: string, vectors: unknown }[]} */
const inputs = [];
for (const file of files) {
  try {
    inputs.push({ file, vectors: JSON.parse(await readFile(file, 'utf8')) });
  } catch (error) {
    console.error(`${file} is no vector file: ${error instanceof Error ? error.message : String(error)}`);
    console.log('0 passed, 1 failed');
    process.exit(1);
  }
}

const vite = await createServer({
  configFile: false,
  root,
  appType: 'mpa',
  logLevel: 'error',
  resolve: { alias: sourceAliases },
  // No watcher, no reload, no late pre-bundle: only the vectors can change the outcome.
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const http = createHttpServer(vite.middlewares);
await new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = http.address();
const port = typeof address === 'object' && address ? address.port : 0;
const browser = await chromium.launch({ executablePath: ensureChromium().executablePath, args: chromiumArgs });

/** @param {unknown} vectors @returns {Promise<CaseResult[]>} */
async function inMemory(vectors) {
  const { runFile } = await vite.ssrLoadModule('/test/conformance/run-file.ts');
  return runFile(vectors, 'memory');
}

/** @param {unknown} vectors @returns {Promise<CaseResult[]>} */
async function inIndexedDb(vectors) {
  const context = await browser.newContext();
  const page = await context.newPage();
  // Vite's client only wants a socket for hot updates, which never come.
  await page.route('**/@vite/client', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://localhost:${port}/test/conformance/index.html`);
  await page.waitForFunction(() => 'runFile' in globalThis);
  const results = await page.evaluate((file) => Reflect.get(globalThis, 'runFile')(file, 'indexeddb'), vectors);
  await context.close();
  return results;
}

let passed = 0;
let failed = 0;
try {
  for (const { file, vectors } of inputs) {
    console.log(file);
    for (const run of [inMemory, inIndexedDb]) {
      for (const { name, provider, failure } of await run(vectors)) {
        if (failure === undefined) {
          passed += 1;
        } else {
          failed += 1;
          console.log(`  failed: ${provider}: ${name}: ${failure}`);
        }
      }
    }
  }
} finally {
  await browser.close();
  await vite.close();
  http.close();
  http.closeAllConnections();
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
