import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type InlineConfig, type Plugin, type UserConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { buildId } from './scripts/lib/build-id.mjs';
import { sourceAliases } from './scripts/lib/source-aliases.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const at = (path: string): string => join(root, path);
/**
 * Not lowered for browsers before those that README names: they are the first ones with all that the code uses and no build can add
 * (`Array.prototype.at`, `Object.hasOwn`, Web Locks, by MDN's tables), and the worker would be half a kilobyte larger.
 */
const target = 'es2022';
const define = { __NUDGELOOP_BUILD__: JSON.stringify(await buildId()) };

/** The ES modules an app's own bundler takes in; the dependencies stay imports, so the app holds one copy of each. */
const lib: UserConfig = {
  define,
  build: {
    target,
    sourcemap: true,
    outDir: at('dist'),
    lib: {
      entry: {
        index: at('src/index.ts'),
        core: at('src/core.ts'),
        react: at('src/react.ts'),
        store: at('src/store.ts'),
        testing: at('src/testing.ts'),
        worker: at('sw/index.ts'),
        vite: at('vite-plugin/nudgeloop.ts'),
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: [/^node:/, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`))],
      // `use client` stays at the top of the React entry, where it is wanted.
      checks: { moduleLevelDirective: false },
      output: { chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
};

/** All that a page needs, in one ES module: what a page without a bundler imports. */
const page: UserConfig = {
  define: { ...define, 'process.env.NODE_ENV': '"production"' },
  build: {
    target,
    sourcemap: true,
    outDir: at('dist'),
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: at('src/index.ts'), formats: ['es'], fileName: () => 'nudgeloop.js' },
    // No parts that load later: a copy that is replaced would leave pages with a part of another build.
    rolldownOptions: { output: { codeSplitting: false, minify: true } },
  },
};

/** One classic script with everything inside: it must run where a module worker cannot, and be copied as one file. */
const iifeWorker = (entry: string, fileName: string, outDir: string): UserConfig => ({
  define: { ...define, 'process.env.NODE_ENV': '"production"' },
  build: {
    target,
    sourcemap: true,
    minify: true,
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry, formats: ['iife'], name: 'nudgeloop', fileName: () => fileName },
  },
});

const copy = (entry: string, fileName: string): UserConfig => {
  const config = iifeWorker(at(entry), fileName, at('dist'));
  return { ...config, define: { ...config.define, __NUDGELOOP_COPY__: 'true' } };
};

/** The ready-made worker, which starts by itself. */
const worker = copy('sw/service-worker.ts', 'service-worker.js');

/** What an app's own classic worker takes in by `importScripts`: it only defines `nudgeloop`. */
const classic = copy('sw/index.ts', 'worker.classic.js');

/** What the demo's shell worker keeps for offline use: every built file, with its content's hash as its revision. */
async function precacheManifest(dir: string): Promise<{ url: string; revision: string }[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.map'));
  const urls = files.map((file) => join(file.parentPath, file.name).slice(dir.length).replaceAll('\\', '/')).sort();
  return Promise.all(
    urls.map(async (url) => {
      const content = await readFile(join(dir, url));
      return { url, revision: createHash('sha256').update(content).digest('hex').slice(0, 16) };
    }),
  );
}

/** Adds the two workers beside the demo's page: the loop's, and the one that keeps the shell offline. */
function demoWorkers(outDir: string): Plugin {
  const run = (config: UserConfig): Promise<unknown> =>
    build({ ...config, root, configFile: false, logLevel: 'warn' } satisfies InlineConfig);
  return {
    name: 'demo-workers',
    apply: 'build',
    async closeBundle() {
      // The manifest first: a browser updates workers by itself, so a cached copy of one would only ever be stale.
      const precached = JSON.stringify(await precacheManifest(outDir));
      const shell = iifeWorker(at('demo/shell-worker.ts'), 'shell-worker.js', outDir);
      await run({ ...shell, define: { ...shell.define, 'self.__WB_MANIFEST': precached } });
      const loop = iifeWorker(at('demo/loop-worker.ts'), 'service-worker.js', join(outDir, 'nudgeloop'));
      await run({ ...loop, resolve: { alias: sourceAliases } });
    },
  };
}

const demo: UserConfig = {
  root: at('demo'),
  define,
  resolve: { alias: sourceAliases },
  plugins: [demoWorkers(at('dist-demo'))],
  build: { target, sourcemap: true, outDir: at('dist-demo'), emptyOutDir: true },
};

export default defineConfig(({ mode }) => {
  if (mode === 'lib') return lib;
  if (mode === 'page') return page;
  if (mode === 'worker') return worker;
  if (mode === 'classic') return classic;
  return demo;
});
