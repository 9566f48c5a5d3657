import { rm, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { build, type InlineConfig } from 'vite';
import { root } from '../../docs/site/repository.ts';
import { serve } from '../../scripts/serve.mjs';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';
import type { ClientOptions } from '../../src/page/client-options.ts';
import type { NudgeloopClient } from '../../src/page/client-types.ts';
import { guideFiles } from '../guides/guide-files.ts';
import { startDevServer, type Served } from './dev-server.ts';

interface App extends Window {
  createNudgeloop(options: ClientOptions): NudgeloopClient;
  optionsFor(userId: string): ClientOptions;
}

/** What an app has beside the files of the recipe. */
const OWN = [
  { name: 'index.html', code: '<!doctype html><script type="module" src="/src/main.ts"></script>' },
  {
    name: 'src/main.ts',
    code: "import { createNudgeloop } from 'nudgeloop';\nimport { optionsFor } from './loop/options';\nObject.assign(window, { createNudgeloop, optionsFor });",
  },
];

/** Writes the recipe's app, and says how Vite is to find the package in this repository. */
async function writeApp(name: string): Promise<InlineConfig & { readonly root: string }> {
  // Left by another build, it would say whether this one is for production.
  delete process.env['NODE_ENV'];
  const folder = join(root, '.cache', 'vite-recipe', name);
  await rm(folder, { recursive: true, force: true });
  for (const file of [...OWN, ...guideFiles('recipes/strategy-and-users-with-vite')]) {
    await mkdir(dirname(join(folder, file.name)), { recursive: true });
    await writeFile(join(folder, file.name), file.code);
  }
  return { root: folder, base: '/sub/', configFile: false, logLevel: 'warn', resolve: { alias: sourceAliases } };
}

const develop = async (): Promise<Served> => startDevServer(await writeApp('development'));

async function produce(): Promise<Served> {
  const app = await writeApp('production');
  await build({ ...app, build: { outDir: 'dist/sub' } });
  await build({ ...app, configFile: join(app.root, 'vite.sw.config.mjs'), build: { outDir: 'dist/sub' } });
  const server = await serve({ roots: [join(app.root, 'dist')] });
  return { url: `${server.url}/sub/`, close: () => server.close() };
}

for (const [where, start] of [['in development', develop], ['in production', produce]] as const) {
  test(`the recipe for Vite gives each user a worker with the app's strategy, ${where}`, async ({ page }) => {
    const { url, close } = await start();
    await page.goto(url);
    await page.waitForFunction(() => 'optionsFor' in window);
    for (const user of ['ann', 'Ann & Müller', 'a/b#c', '..']) {
      const seen = await page.evaluate(async (id) => {
        const { createNudgeloop, optionsFor } = window as unknown as App;
        const client = createNudgeloop({ ...optionsFor(id), goalState: { steps: 10_000 } });
        await client.record({ steps: 4_200 });
        const nudge = await new Promise<unknown>((resolve) => void client.on('nudge', ({ suggestions }) => resolve(suggestions[0]?.['steps'])));
        const { host } = client.state();
        const { length } = await client.history();
        client.dispose();
        return { host, nudge, length };
      }, user);
      expect(seen).toEqual({ host: 'service-worker', nudge: 4_450, length: 1 });
    }
    await close();
  });
}
