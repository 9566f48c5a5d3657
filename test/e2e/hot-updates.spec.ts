import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';
import type { NudgeloopClient } from '../../src/page/client-types.ts';
import { guideFiles, writeGuide } from '../guides/guide-files.ts';
import { startDevServer } from './dev-server.ts';

interface App extends Window {
  readonly clients: NudgeloopClient[];
}

const PAGE = { name: 'index.html', code: '<!doctype html><script type="module" src="/walk.ts"></script>' };

/** Like a component, it accepts its own updates. So the module with the client runs again, and the page stays. */
const COMPONENT = {
  name: 'walk.ts',
  code: "import { loop } from './loop';\nObject.assign(window, { clients: [...(window['clients'] ?? []), loop] });\nimport.meta.hot?.accept();",
};

for (const guide of ['guides/svelte', 'guides/vue']) {
  test(`after hot updates only the newest client is left, with what ${guide} adds to the client's module`, async ({ page }) => {
    const files = guideFiles(guide);
    const [client, addition] = [files.find(({ name }) => name === 'loop.ts'), files.find(({ code }) => code.startsWith('import.meta.hot'))];
    if (client === undefined || addition === undefined) throw new Error('The guide has no such code');
    const root = await writeGuide(`hot-updates/${guide}`, [PAGE, COMPONENT, { name: 'loop.ts', code: `${client.code}\n${addition.code}` }]);
    const { url, close } = await startDevServer({ root, configFile: false, logLevel: 'warn', resolve: { alias: sourceAliases } });
    try {
      await page.goto(url);
      // At least so many: a watcher may report one change twice.
      const clients = (count: number): Promise<unknown> => page.waitForFunction((least) => (window as unknown as App).clients?.length >= least, count);
      for (let runs = 1; runs <= 4; runs += 1) {
        await clients(runs);
        await appendFile(join(root, 'loop.ts'), '\n// A change.\n');
      }
      await clients(5);
      const living = (): Promise<readonly number[]> =>
        page.evaluate(() => (window as unknown as App).clients.flatMap((loop, at, { length }) => (loop.state().phase === 'disposed' ? [] : [length - at])));
      // The newest one only.
      await expect.poll(living).toEqual([1]);
    } finally {
      await close();
    }
  });
}
