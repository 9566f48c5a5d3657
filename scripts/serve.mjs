#!/usr/bin/env node
// A small static server for the demo and the tests.  node scripts/serve.mjs DIR [PORT]
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/**
 * The file that a URL path names under a root, if it exists and is inside.
 *
 * @param {string} root
 * @param {string} pathname
 * @returns {Promise<string | undefined>}
 */
async function fileUnder(root, pathname) {
  const base = path.resolve(root);
  const wanted = path.join(base, pathname);
  if (wanted !== base && !wanted.startsWith(base + path.sep)) return undefined;
  for (const file of [wanted, path.join(wanted, 'index.html')]) {
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile()) return file;
  }
  return undefined;
}

/**
 * @param {string[]} roots
 * @param {Record<string, string>} headers
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(roots, headers, request, response) {
  /** @param {number} status @param {string} text */
  const refuse = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Method not allowed');
  let pathname;
  try {
    pathname = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  } catch {
    return refuse(400, 'Bad request');
  }
  if (pathname.includes('\0')) return refuse(400, 'Bad request');
  for (const root of roots) {
    const file = await fileUnder(root, pathname);
    if (!file) continue;
    response.writeHead(200, {
      'content-type': types[path.extname(file)] ?? 'application/octet-stream',
      // A page or worker from an earlier build must never come from the HTTP cache.
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    if (request.method === 'HEAD') return response.end();
    return createReadStream(file).on('error', () => response.destroy()).pipe(response);
  }
  return refuse(404, 'Not found');
}

/**
 * Serves folders over HTTP, on this machine only. If several roots have a file, the first wins.
 *
 * @param {{ root?: string, roots?: string[], port?: number, headers?: Record<string, string> }} options port 0, the
 * default, takes any free one; `headers` go with every file, pages and workers alike
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>} `close` also cuts open connections, as
 * a lost network does; serving again on the same `port` brings the same origin back
 */
export async function serve({ root, roots = [], port = 0, headers = {} }) {
  const all = root === undefined ? roots : [root, ...roots];
  const server = createServer((request, response) => void answer(all, headers, request, response));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    // Not localhost, which browsers look for at [::1] first: another server may be there. This is a secure context too.
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , root = '.', port = '0'] = process.argv;
  console.log((await serve({ root, port: Number(port) })).url);
}
