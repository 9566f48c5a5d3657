#!/usr/bin/env node
// Builds the demo and serves it.  npm start [-- PORT]
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from './serve.mjs';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [, , given = '4173'] = process.argv;
const preferredPort = Number(given);
if (!/^\d+$/.test(given) || preferredPort > 65_535) {
  console.error(`"${given}" is no port: pass a number of at most 65535, as in "npm start -- 8080".`);
  process.exit(2);
}

await build({ configFile: at('vite.config.ts'), mode: 'demo', logLevel: 'warn' });

const root = at('dist-demo');
const server = await serve({ root, port: preferredPort }).catch((error) => {
  if (error.code !== 'EADDRINUSE') throw error;
  console.log(`Port ${preferredPort} is taken.`);
  return serve({ root });
});
console.log(`The demo is at ${server.url}  (Ctrl+C stops the server; the demo goes on working without it)`);
