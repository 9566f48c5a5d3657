import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../faults/kit/build-site.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where the built test site is. */
export const SITE = at('.cache/e2e-site');

/** Builds the test site from the sources: a page that connects on request, the ready-made worker, apps' own. */
export default async function buildSite(): Promise<void> {
  const add = (entry: string, fileName: string, format: 'es' | 'iife', define: Readonly<Record<string, string>> = {}): Promise<string[]> =>
    bundle({ entry, fileName, format, define, outDir: SITE });
  await mkdir(SITE, { recursive: true });
  await cp(at('test/e2e/site/index.html'), `${SITE}/index.html`);
  await add('test/e2e/site/page.ts', 'page.js', 'es');
  const isCopy = { __NUDGELOOP_COPY__: 'true' };
  await add('sw/service-worker.ts', 'nudgeloop/service-worker.js', 'iife', isCopy);
  await add('sw/index.ts', 'nudgeloop/worker.classic.js', 'iife', isCopy);
  await cp(at('test/e2e/site/classic-worker.js'), `${SITE}/classic-worker.js`);
  await add('test/e2e/site/other-sdk.ts', 'other-sdk.js', 'iife');
  await cp(at('test/e2e/site/react.html'), `${SITE}/react.html`);
  await add('test/e2e/site/react.tsx', 'react.js', 'es');
  await add('test/e2e/site/app-worker.ts', 'app-worker.js', 'iife');
  await add('test/e2e/site/notifying-worker.ts', 'notifying-worker.js', 'iife');
}
