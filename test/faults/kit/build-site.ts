import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { sourceAliases } from '../../../scripts/lib/source-aliases.mjs';
import { killPoints } from './kill-points.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The folder of the built site. Each run has its own, since several may run at once. */
export const SITE = at(`.cache/faults-site/${process.pid}`);

/** The folder of more builds: another version of the product, a fixture. `server.swap` serves them. */
export const BUILDS = at(`.cache/faults-builds/${process.pid}`);

/** The ready-made worker's script. */
const READY_MADE = 'nudgeloop/service-worker.js';

export async function removeBuilds(): Promise<void> {
  for (const folder of [SITE, BUILDS]) await rm(folder, { recursive: true, force: true });
}

/** One script to build. */
export interface Bundle {
  /** From the repository's root. */
  readonly entry: string;
  readonly fileName: string;
  readonly format: 'es' | 'iife';
  /** @default SITE */
  readonly outDir?: string;
  /** Rewrites every await so that the worker can be stopped there. @default false */
  readonly killPoints?: boolean;
  /** Replaces expressions in the source, such as a version. */
  readonly define?: Readonly<Record<string, string>>;
  /** Change the sources while building. @default none */
  readonly plugins?: readonly Plugin[];
  /** @default false */
  readonly minify?: boolean;
  /** What the package's imports resolve to. @default its sources */
  readonly alias?: typeof sourceAliases;
}

/**
 * Builds one script from the sources.
 *
 * @returns the names of its files: the script, and what it loads later
 */
export async function bundle({ entry, fileName, format, outDir = SITE, killPoints: hasPoints = false, define = {}, plugins: more = [], minify = false, alias = sourceAliases }: Bundle): Promise<string[]> {
  const plugins: Plugin[] = hasPoints ? [killPoints(), ...more] : [...more];
  const built = await build({
    configFile: false,
    root: at('.'),
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias },
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    plugins,
    build: {
      target: 'es2022',
      outDir,
      emptyOutDir: false,
      minify,
      lib: { entry: at(entry), formats: [format], name: 'nudgeloop', fileName: () => fileName },
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
  });
  const outputs = built as readonly { readonly output: readonly { readonly fileName: string }[] }[];
  return outputs.flatMap(({ output }) => output.map((file) => file.fileName));
}

/** Builds the site that faults are injected into: a page that connects on request, and workers with kill points. */
export async function buildSite(): Promise<void> {
  await rm(SITE, { recursive: true, force: true });
  await mkdir(SITE, { recursive: true });
  await cp(at('test/faults/site/index.html'), `${SITE}/index.html`);
  await bundle({ entry: 'test/faults/site/page.ts', fileName: 'page.js', format: 'es' });
  await bundle({ entry: 'test/faults/site/hostile.ts', fileName: 'hostile.js', format: 'es' });
  await bundle({ entry: 'test/faults/site/watched.ts', fileName: 'watched.js', format: 'iife' });
  await bundle({ entry: 'sw/service-worker.ts', fileName: READY_MADE, format: 'iife', killPoints: true });
  // Prepended, not imported: the product's own script must be the one under test.
  const scripts = ['watched.js', READY_MADE].map((name) => readFile(`${SITE}/${name}`, 'utf8'));
  await writeFile(`${SITE}/${READY_MADE}`, (await Promise.all(scripts)).join('\n'));
  await bundle({ entry: 'test/faults/site/worker.ts', fileName: 'app-worker.js', format: 'iife', killPoints: true });
  for (const name of ['take-then-do', 'do-then-delete', 'correct']) {
    await bundle({ entry: `test/faults/broken-drains/${name}.ts`, fileName: `drains/${name}.js`, format: 'iife', killPoints: true });
  }
}
