import { cp, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../test/faults/kit/build-site.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where the built site is: a folder of this run's own, since several may run at once. */
export const BENCH_SITE = at(`.cache/bench-site/${process.pid}`);

/** Where the product's own worker is in the built site. */
export const PRODUCT_WORKER = 'nudgeloop/service-worker.js';

/** The workers by their place in the site; each in a folder, and so with a scope, of its own. */
const WORKERS: Readonly<Record<string, string>> = {
  [PRODUCT_WORKER]: 'sw/service-worker.ts',
  'watched/worker.js': 'bench/site/watched-worker.ts',
  'relaxed/worker.js': 'bench/site/relaxed-worker.ts',
  'counted/worker.js': 'bench/site/counted-worker.ts',
  'looking-back/worker.js': 'bench/site/looking-back-worker.ts',
  'floor/worker.js': 'bench/site/floor-worker.ts',
  'cold/worker.js': 'bench/site/cold-worker.ts',
  'peers/worker.js': 'bench/site/peers-worker.ts',
  'tools/worker.js': 'bench/site/tools-worker.ts',
};

/** Builds the page and the workers as an app would: minified, for production. */
export async function buildBench(): Promise<void> {
  await rm(BENCH_SITE, { recursive: true, force: true });
  await mkdir(BENCH_SITE, { recursive: true });
  await cp(at('bench/site/index.html'), `${BENCH_SITE}/index.html`);
  const built = { outDir: BENCH_SITE, minify: true };
  await bundle({ ...built, entry: 'bench/site/page.ts', fileName: 'page.js', format: 'es' });
  for (const [fileName, entry] of Object.entries(WORKERS)) await bundle({ ...built, entry, fileName, format: 'iife' });
}

/** Removes what was built. */
export async function removeBench(): Promise<void> {
  await rm(BENCH_SITE, { recursive: true, force: true });
}
