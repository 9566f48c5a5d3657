import { chromium, type CDPSession } from '@playwright/test';
import { chromiumArgs, findBrowser } from '../../scripts/lib/find-browser.mjs';
import { connect, delivered, expect, record, test } from './fixture.ts';

const executablePath = findBrowser('chromium')?.executablePath;

/** Evaluates in whatever document the tab shows: Playwright's own handles do not follow a page into the cache and back. */
async function evaluate(tab: CDPSession, expression: string): Promise<unknown> {
  const { result } = await tab.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  return result.value;
}

for (const [host, options] of [
  ['the worker', {}],
  ['the page', { serviceWorker: false }],
] as const) {
  test(`a page comes back from the back/forward cache and catches up, hosted by ${host}`, async ({ site }) => {
    const browser = await chromium.launch({
      args: chromiumArgs,
      // Playwright switches the cache off, and with it what this is about.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      ...(executablePath && { executablePath }),
    });
    const context = await browser.newContext();
    const page = await context.newPage();
    await connect(page, site, { goalState: { steps: 10 }, ...options });
    await page.evaluate(async () => {
      addEventListener('pageshow', ({ persisted }) => window.told.push(`shown ${persisted}`));
      await window.client.ready;
    });
    const other = await context.newPage();
    await connect(other, site, options);
    await other.evaluate(() => window.client.ready);

    const tab = await context.newCDPSession(page);
    await tab.send('Page.enable');
    await tab.send('Page.navigate', { url: `${site.url}/nowhere.html` });
    await expect.poll(() => evaluate(tab, 'location.pathname')).toBe('/nowhere.html');
    await record(other, { steps: 1 });

    const { entries, currentIndex } = await tab.send('Page.getNavigationHistory');
    await tab.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]!.id });
    await expect.poll(() => evaluate(tab, 'location.pathname')).toBe('/');
    expect(await evaluate(tab, 'window.told')).toEqual(['shown true']);
    await expect.poll(() => evaluate(tab, 'window.delivered')).toEqual(await delivered(other, 1));
    await evaluate(tab, 'window.client.record({ steps: 2 })');
    await delivered(other, 2);
    await browser.close();
  });
}
