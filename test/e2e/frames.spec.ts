import type { Frame, Page } from '@playwright/test';
import { connect, expect, record, stepsIn, test, type Site } from './fixture.ts';

/** What a client in a frame says of itself, and of an action. */
function useClient(frame: Frame) {
  return frame.evaluate(async () => {
    // A wait for a worker would take all of it.
    window.connect({ deadline: 60_000 });
    const { durable: isReceiptDurable } = await window.client.record({ steps: 2 });
    const { durable: isReadyDurable } = await window.client.ready;
    const { host, fallbackReason, durable } = window.client.state();
    const advice = window.logged.filter(({ code }) => code === 'worker.fallback').map(({ fields }) => String(fields?.['advice']));
    return { host, fallbackReason, durable, isReceiptDurable, isReadyDurable, advice };
  });
}

/** Opens a page with a frame that has these attributes. */
async function openFrame(page: Page, site: Site, attributes: Readonly<Record<string, string>>): Promise<Frame> {
  await page.goto(site.url);
  await page.evaluate((given) => {
    const frame = document.createElement('iframe');
    for (const [name, value] of Object.entries(given)) frame.setAttribute(name, value);
    frame.src = '/';
    document.body.append(frame);
  }, attributes);
  return loaded(page);
}

async function loaded(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().length).toBe(2);
  const frame = page.frames()[1]!;
  await frame.waitForFunction(() => window.isLoaded);
  return frame;
}

test('a frame that was written with document.write, of which the browser takes no worker, is told so, and shares all with the page', async ({ page, site }) => {
  await connect(page, site);
  await record(page, { steps: 1 });
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    frame.contentDocument!.write('<script type="module" src="/page.js"></script>');
    frame.contentDocument!.close();
  });
  const { advice, ...seen } = await useClient(await loaded(page));
  expect(seen).toEqual({ host: 'page', fallbackReason: 'unsupported', durable: true, isReceiptDurable: true, isReadyDurable: true });
  expect(advice).toEqual([expect.stringContaining('a script that writes the document')]);
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test.describe('in a sandbox', () => {
  // A module is asked for as from another origin.
  test.use({ headers: { 'access-control-allow-origin': '*' } });

  test('a frame that is kept from its origin is told what to allow', async ({ page, site }) => {
    const { advice, ...seen } = await useClient(await openFrame(page, site, { sandbox: 'allow-scripts' }));
    expect(seen).toEqual({ host: 'page', fallbackReason: 'unsupported', durable: false, isReceiptDurable: false, isReadyDurable: false });
    expect(advice).toEqual([expect.stringContaining('allow-same-origin')]);
  });
});

test('in a credentialless frame nothing is called durable, since a frame like it in the next page finds nothing', async ({ page, site }) => {
  const attributes = { credentialless: '' };
  // Where the loop runs depends on whether the browser blocks the storage of other sites.
  const seen = await useClient(await openFrame(page, site, attributes));
  expect(seen).toMatchObject({ durable: false, isReceiptDurable: false, isReadyDurable: false });
  const next = await openFrame(page, site, attributes);
  const kept = await next.evaluate(() => {
    window.connect({});
    return window.client.history();
  });
  expect(kept).toEqual([]);
});
