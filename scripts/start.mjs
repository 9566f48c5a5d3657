#!/usr/bin/env node
// Builds the demo and serves it.  npm start [-- PORT]
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serve } from './serve.mjs';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const preferredPort = Number(process.argv[2] ?? 4173);

await build({ configFile: at('vite.config.ts'), mode: 'demo', logLevel: 'warn' });

const root = at('dist-demo');
const server = await serve({ root, port: preferredPort }).catch((error) => {
  if (error.code !== 'EADDRINUSE') throw error;
  console.log(`Port ${preferredPort} is taken.`);
  return serve({ root });
});
console.log(`The demo is at ${server.url}  (Ctrl+C stops the server; the demo goes on working without it)`);
