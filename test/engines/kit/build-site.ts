import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildId } from '../../../scripts/lib/build-id.mjs';
import { bundle } from '../../faults/kit/build-site.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The folder of the built site. Each run has its own, since several may run at once. */
export const SITE = at(`.cache/engines-site/${process.pid}`);

/** The entries, as an app's bundler finds them in the package that `npm run build` made. */
const alias = [
  { find: /^nudgeloop$/, replacement: at('dist/index.js') },
  { find: /^nudgeloop\/worker$/, replacement: at('dist/worker.js') },
];

/** Builds an app with the built package: Vite bundles the page, and the package's own command copies the workers. */
export async function buildSite(): Promise<void> {
  await mkdir(SITE, { recursive: true });
  await cp(at('test/engines/site/index.html'), `${SITE}/index.html`);
  await bundle({ entry: 'test/e2e/site/page.ts', fileName: 'page.js', format: 'es', outDir: SITE, alias });
  const shell = (await readdir(SITE)).map((name) => ({ url: `/${name}`, revision: '1' }));
  for (const name of ['composed-worker.js', 'module-worker.js', 'feature-worker.js']) {
    await cp(at(`test/engines/site/${name}`), `${SITE}/${name}`);
  }
  const define = { 'self.__WB_MANIFEST': JSON.stringify(shell) };
  await bundle({ entry: 'test/engines/site/precaching-worker.ts', fileName: 'precaching-worker.js', format: 'iife', outDir: SITE, alias, define });
  await bundle({ entry: 'test/e2e/site/other-sdk.ts', fileName: 'other-sdk.js', format: 'iife', outDir: SITE, alias });
  await bundle({ entry: 'dist/worker.js', fileName: 'nudgeloop-worker.js', format: 'es', outDir: SITE, alias });
  const init = [at('cli/nudgeloop.mjs'), 'init', SITE, '--no-save'];
  await promisify(execFile)(process.execPath, init);
  await promisify(execFile)(process.execPath, [...init, '--composed']);
  const worker = await readFile(`${SITE}/nudgeloop/service-worker.js`, 'utf8');
  if (!worker.includes(await buildId())) throw new Error('dist/ is of other sources than these: run "npm run build".');
}

export async function removeSite(): Promise<void> {
  await rm(SITE, { recursive: true, force: true });
}
