import { join } from 'node:path';
import { SITE } from './build-site.ts';
import { bundle } from './bundle.ts';
import { connect, expect, reconnect, record, stepsIn, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };

test('a worker of an earlier visit that does not answer is fetched anew, and the new one is taken in the same visit', async ({ page, site }) => {
  const { copyFile, writeFile } = await import('node:fs/promises');
  const url = '/mended.js';
  await writeFile(`${site.overlay}${url}`, 'addEventListener("message", () => undefined);');
  const host = (): Promise<string | null> =>
    page.evaluate(async () => {
      await window.client.ready;
      return window.client.state().host;
    });
  await connect(page, site, { serviceWorker: { url }, deadline: 1_500 });
  expect(await host()).toBe('page');
  await copyFile(join(SITE, 'nudgeloop/service-worker.js'), `${site.overlay}${url}`);
  await reconnect(page, { serviceWorker: { url }, deadline: 8_000 });
  expect(await host()).toBe('service-worker');
});

test('a frame of srcdoc, which can have no worker, hosts the loop at once, and shares all with the page around it', async ({ page, site }) => {
  await connect(page, site, GOAL);
  await record(page, { steps: 1 });
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script type="module" src="/page.js"></script>';
    document.body.append(frame);
  });
  await expect.poll(() => page.frames().length).toBe(2);
  const frame = page.frames()[1]!;
  await frame.waitForFunction(() => window.isLoaded);
  const seen = await frame.evaluate(async () => {
    // A wait for a worker would take all of it.
    window.connect({ deadline: 60_000 });
    await window.client.record({ steps: 2 });
    const { host, fallbackReason, durable } = window.client.state();
    return { host, fallbackReason, durable };
  });
  expect(seen).toEqual({ host: 'page', fallbackReason: 'unsupported', durable: true });
  expect(await stepsIn(page)).toEqual([1, 2]);
  expect(await page.evaluate(() => window.logged.filter(({ code }) => code === 'message.ignored'))).toEqual([]);
});

test('a page that is opened from a disk hosts the loop, and is told that its address has no workers', async ({ page, site }) => {
  const { writeFile } = await import('node:fs/promises');
  // No module may come from a disk.
  const script = (await bundle('e2e/site/page.ts', 'iife')).replaceAll('</script', '<\\/script');
  await writeFile(`${site.overlay}/page.html`, `<!doctype html><meta charset="utf-8"><script>${script}</script>`);
  await page.goto(`file://${site.overlay}/page.html`);
  await reconnect(page, GOAL);
  expect(await record(page, { steps: 1 })).toMatchObject([{ durable: true }]);
  expect(await page.evaluate(() => window.client.state())).toMatchObject({ host: 'page', fallbackReason: 'unsupported' });
  const [warning] = await page.evaluate(() => window.logged.filter(({ code }) => code === 'worker.fallback'));
  expect(warning?.fields).toMatchObject({ advice: expect.stringContaining('file:') });
});

test.describe('where the browser blocks workers', () => {
  test.use({ serviceWorkers: 'block' });
  test('the loop runs in the page', async ({ page, site }) => {
    await connect(page, site, GOAL);
    await record(page, { steps: 1 });
    expect(await page.evaluate(() => window.client.state())).toMatchObject({ host: 'page', fallbackReason: 'blocked' });
  });
});
