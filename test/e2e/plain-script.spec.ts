import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ClientOptions } from '../../src/page/client-options.ts';
import type { NudgeloopClient } from '../../src/page/client-types.ts';
import { guideFiles } from '../guides/guide-files.ts';
import { expect, test } from './fixture.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('the page of the guide for plain scripts records, shows the nudge and acknowledges it, without a bundler', async ({ page, site }) => {
  // What the guide's command copies; the worker is in the site already.
  await build({ configFile: at('vite.config.ts'), mode: 'page', logLevel: 'error', build: { outDir: join(site.overlay, 'nudgeloop') } });
  const html = guideFiles('guides/plain-script').find(({ name }) => name.endsWith('.html'));
  await writeFile(join(site.overlay, 'index.html'), html?.code ?? '');

  await page.goto(site.url);
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByRole('listitem')).toHaveText(['Next time, try 5000 steps. Done']);
  await page.reload();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(0);

  // What a page without a worker needs is in the one file too.
  expect(await page.evaluate(async (name) => {
    const { createNudgeloop } = (await import(name)) as { createNudgeloop: (options: ClientOptions) => NudgeloopClient };
    const client = createNudgeloop({ serviceWorker: false, database: 'in-page' });
    return (await client.record({ steps: 1 })).durable;
  }, '/nudgeloop/nudgeloop.js')).toBe(true);
});
