import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { root } from '../../docs/site/repository.ts';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';
import { SITE } from './build-site.ts';
import { startDevServer } from './dev-server.ts';

/** An app whose client is a module of its own, as README has it. */
const APP = {
  'index.html': '<!doctype html><link rel="icon" href="data:,"><button>I walked</button><ul></ul><script type="module" src="/src/main.ts"></script>',
  'src/loop.ts': `
    import { createNudgeloop } from 'nudgeloop';
    export const loop = createNudgeloop({ goalState: { steps: 10_000 }, retentionWindow: { days: 30 } });
  `,
  'src/main.ts': `
    import { loop } from './loop';
    loop.on('nudge', ({ suggestions: [next] }) => document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: \`Try \${next.steps} steps\` })));
    document.querySelector('button').onclick = () => loop.record({ steps: 4_200 });
  `,
};

/** Tests in the page of that app, which one development server serves to all of them. */
const test = base.extend<object, { readonly server: string }>({
  server: [
    async ({}, use, { workerIndex }) => {
      const folder = join(root, '.cache', 'end-to-end-recipe', String(workerIndex));
      await rm(folder, { recursive: true, force: true });
      await mkdir(join(folder, 'src'), { recursive: true });
      for (const [name, code] of Object.entries(APP)) await writeFile(join(folder, name), code);
      await cp(join(SITE, 'nudgeloop'), join(folder, 'public', 'nudgeloop'), { recursive: true });
      const { url, close } = await startDevServer({ root: folder, configFile: false, logLevel: 'warn', resolve: { alias: sourceAliases } });
      await use(url);
      await close();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server),
});

test('a nudge comes, and is there again after a reload', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByText('Try 5000 steps')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Try 5000 steps')).toBeVisible();
});

/** Records in the page, with its own client: the module that Vite has served to it. */
const record = (page: Page, actions: readonly { steps: number; timestamp: number }[]): Promise<void> =>
  page.evaluate(async (given) => {
    // @ts-expect-error An address of the server, which the compiler does not know.
    const { loop } = await import('/src/loop.ts');
    await loop.record(given);
  }, actions);

test('a user who walked yesterday is advised from there', async ({ page }) => {
  await page.goto('/');
  await record(page, [{ steps: 6_000, timestamp: Date.now() - 86_400_000 }]);
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByText('Try 8000 steps')).toBeVisible();
});

test('a state that was saved with its databases is where another test begins', async ({ page, browser, baseURL }, testInfo) => {
  const path = testInfo.outputPath('walked.json');
  await page.goto('/');
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByText('Try 5000 steps')).toBeVisible();
  await page.context().storageState({ path, indexedDB: true });
  const context = await browser.newContext({ baseURL: baseURL!, storageState: path });
  const later = await context.newPage();
  await later.goto('/');
  await expect(later.getByText('Try 5000 steps')).toBeVisible();
  await later.getByRole('button', { name: 'I walked' }).click();
  await expect(later.getByText('Try 7100 steps')).toBeVisible();
  await context.close();
});

test('all is erased in the middle of a test, and the next load begins anew', async ({ page }) => {
  await page.goto('/');
  await record(page, [{ steps: 6_000, timestamp: Date.now() }]);
  await page.evaluate(async () => {
    // @ts-expect-error An address of the server, which the compiler does not know.
    const { loop } = await import('/src/loop.ts');
    await loop.erase({ all: true });
  });
  await page.reload();
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByText('Try 5000 steps')).toBeVisible();
});

test('an app goes on without a network once its loop is ready', async ({ page, context }) => {
  await page.goto('/');
  await page.evaluate(async () => {
    // @ts-expect-error An address of the server, which the compiler does not know.
    const { loop } = await import('/src/loop.ts');
    await loop.ready;
  });
  await context.setOffline(true);
  await page.getByRole('button', { name: 'I walked' }).click();
  await expect(page.getByText('Try 5000 steps')).toBeVisible();
});

/** Walks twice at a fixed time, and says how many actions are kept. */
async function walkTwiceIn(page: Page, time: number): Promise<number> {
  await page.clock.setFixedTime(time);
  await page.goto('/');
  for (const count of [1, 2]) {
    await page.getByRole('button', { name: 'I walked' }).click();
    await expect(page.getByRole('listitem')).toHaveCount(count);
  }
  return page.evaluate(async () => {
    // @ts-expect-error An address of the server, which the compiler does not know.
    const { loop } = await import('/src/loop.ts');
    return (await loop.history()).length;
  });
}

test('a faked time before the retention keeps nothing, since the worker goes by the real one', async ({ page }) => {
  expect(await walkTwiceIn(page, Date.now() - 60 * 86_400_000)).toBe(0);
  await expect(page.getByText('Try 5000 steps')).toHaveCount(2);
});

test.describe('without a worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('a faked time is that of the whole loop', async ({ page }) => {
    expect(await walkTwiceIn(page, Date.UTC(2025, 0, 6))).toBe(2);
    await expect(page.getByText('Try 7100 steps')).toBeVisible();
  });
});
