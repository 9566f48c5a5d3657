import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import type { ClientOptions } from '../../src/page/client-options.ts';
import { serve } from '../../scripts/serve.mjs';
import { SITE } from './build-site.ts';

/** The test site on a server of its own. */
export interface Site {
  readonly url: string;
  /** A folder whose files are served before the site's. */
  readonly overlay: string;
}

/** Tests with the site; an uncaught error or rejection in any page fails them. */
export const test = base.extend<{ readonly site: Site; readonly uncaught: void; readonly headers: Readonly<Record<string, string>> }>({
  /** What the server says with each file; set it with `test.use`. */
  headers: [{}, { option: true }],
  uncaught: [
    async ({ context }, use) => {
      const errors: string[] = [];
      context.on('weberror', (error) => errors.push(error.error().message));
      await use();
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
  site: async ({ headers }, use) => {
    const overlay = await mkdtemp(join(tmpdir(), 'nudgeloop-e2e-'));
    const server = await serve({ roots: [overlay, SITE], headers });
    await use({ url: server.url, overlay });
    await server.close();
    await rm(overlay, { recursive: true });
  },
});

export { expect };

/** Opens the site in a tab and connects. */
export async function connect(page: Page, site: Site, options: ClientOptions = {}): Promise<void> {
  await page.goto(site.url);
  await reconnect(page, options);
}

/** Connects in a tab that was loaded, or loaded anew. */
export async function reconnect(page: Page, options: ClientOptions = {}): Promise<void> {
  await page.waitForFunction(() => window.isLoaded);
  await page.evaluate((given) => void window.connect(given), options as never);
}

/** Records actions one after the other, and waits for all receipts. */
export function record(page: Page, ...actions: readonly Record<string, unknown>[]) {
  return page.evaluate(async (given) => {
    const receipts = [];
    for (const action of given) receipts.push(await window.client.record(action));
    return receipts;
  }, actions as Record<string, never>[]);
}

/** What one metric was in each retained action. */
export function stepsIn(page: Page): Promise<unknown[]> {
  return page.evaluate(async () => (await window.client.history({ limit: 10_000 })).map(({ action }) => action['steps']));
}

/** Stops every worker, as a browser does whenever it likes. */
export async function stopWorkers(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

/** Waits until so many nudges were delivered to a tab. */
export async function delivered(page: Page, count: number): Promise<string[]> {
  await expect.poll(() => page.evaluate(() => window.delivered.length)).toBe(count);
  return page.evaluate(() => window.delivered);
}
