import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where the built test site is. */
export const SITE = at('.cache/e2e-site');

/** Builds the test site from the sources: a page that connects on request, the ready-made worker, an app's own. */
export default async function buildSite(): Promise<void> {
  const shared: InlineConfig = {
    configFile: false,
    root: at('.'),
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: sourceAliases },
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  const bundle = (entry: string, fileName: string, format: 'es' | 'iife'): Promise<unknown> =>
    build({
      ...shared,
      build: {
        target: 'es2022',
        outDir: SITE,
        emptyOutDir: false,
        minify: false,
        lib: { entry: at(entry), formats: [format], name: 'site', fileName: () => fileName },
        rolldownOptions: { checks: { moduleLevelDirective: false } },
      },
    });
  await mkdir(SITE, { recursive: true });
  await cp(at('test/e2e/site/index.html'), `${SITE}/index.html`);
  await bundle('test/e2e/site/page.ts', 'page.js', 'es');
  await cp(at('test/e2e/site/react.html'), `${SITE}/react.html`);
  await bundle('test/e2e/site/react.tsx', 'react.js', 'es');
  await bundle('sw/service-worker.ts', 'nudgeloop/service-worker.js', 'iife');
  await bundle('test/e2e/site/app-worker.ts', 'app-worker.js', 'iife');
  await bundle('test/e2e/site/notifying-worker.ts', 'notifying-worker.js', 'iife');
}
