import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ClientOptions } from '../../src/page/client-options.ts';
import type { NudgeloopClient } from '../../src/page/client-types.ts';
import { guideFiles } from '../guides/guide-files.ts';
import { expect, test } from './fixture.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('the page of the guide for plain scripts records, shows the nudge and acknowledges it, without a bundler', async ({ page, site }) => {
  // What the guide's commands copy; the worker is in the site already.
  await build({ configFile: at('vite.config.ts'), mode: 'lib', logLevel: 'error', build: { outDir: join(site.overlay, 'nudgeloop'), emptyOutDir: true } });
  await mkdir(join(site.overlay, 'vendor'));
  for (const name of ['comlink', 'idb', 'workbox-window', 'zod']) await symlink(at(`node_modules/${name}`), join(site.overlay, 'vendor', name));
  const html = guideFiles('plain-script').find(({ name }) => name.endsWith('.html'));
  await writeFile(join(site.overlay, 'index.html'), html?.code ?? '');

  await page.goto(site.url);
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByRole('listitem')).toHaveText(['Next time, try 5000 steps. Done']);
  await page.reload();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(0);

  // Where there is no worker, the map finds what the loop in the page needs, too.
  expect(await page.evaluate(async (name) => {
    const { createNudgeloop } = (await import(name)) as { createNudgeloop: (options: ClientOptions) => NudgeloopClient };
    const client = createNudgeloop({ serviceWorker: false, database: 'in-page' });
    return (await client.record({ steps: 1 })).durable;
  }, 'nudgeloop')).toBe(true);
});
