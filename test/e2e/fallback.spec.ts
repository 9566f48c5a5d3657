import { join } from 'node:path';
import { SITE } from './build-site.ts';
import { bundle } from './bundle.ts';
import { connect, delivered, expect, reconnect, record, stepsIn, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };

test('without the worker script the loop runs in the page, over the same database, and says so', async ({ page, context, site }) => {
  const other = await context.newPage();
  await connect(page, site, { ...GOAL, serviceWorker: { url: '/nowhere.js' } });
  await connect(other, site, { serviceWorker: { url: '/nowhere.js' } });
  expect(await record(page, { steps: 1 })).toMatchObject([{ durable: true }]);
  expect(await delivered(other, 1)).toEqual(await delivered(page, 1));
  expect(await page.evaluate(() => window.client.state())).toMatchObject({ host: 'page', fallbackReason: 'http-error' });
  const logged = await page.evaluate(() => window.logged.filter(({ code }) => code === 'worker.fallback'));
  expect(logged).toMatchObject([{ level: 'warn', fields: { reason: 'http-error', advice: 'the server does not have the script' } }]);

  expect(await other.evaluate(async () => window.client.acknowledge(await window.client.nudges()))).toBe(1);
  await expect.poll(() => page.evaluate(() => window.told)).toEqual(['acknowledged 0']);

  // Once there is a worker, it goes on where the pages were.
  await connect(page, site);
  await record(page, { steps: 2 });
  expect(await stepsIn(page)).toEqual([1, 2]);
  expect(await page.evaluate(() => window.client.state().host)).toBe('service-worker');
});

test('the app may choose the page as host', async ({ page, site }) => {
  await connect(page, site, { ...GOAL, serviceWorker: false });
  await record(page, { steps: 1 });
  expect(await page.evaluate(() => navigator.serviceWorker.getRegistrations())).toEqual([]);
  await page.reload();
  await page.waitForFunction(() => window.isLoaded);
  await page.evaluate(() => void window.connect({ serviceWorker: false }));
  await delivered(page, 1);
});

const failures: readonly (readonly [string, string, string, string?])[] = [
  ['is not there', '/nowhere.js', 'http-error'],
  ['is a page', '/index.html', 'mime-type'],
  ['throws', '/throws.js', 'script-error', 'throw new Error("no");'],
  ['does not parse', '/broken.js', 'script-error', 'if ('],
  ['fails to install', '/fails.js', 'install-failed', 'addEventListener("install", (event) => event.waitUntil(Promise.reject(new Error("no"))));'],
  ['belongs to somebody else', '/foreign.js', 'no-answer', 'addEventListener("message", () => undefined);'],
];

for (const [what, url, reason, script] of failures) {
  test(`a worker script that ${what} is told from the others`, async ({ page, site }) => {
    const { writeFile } = await import('node:fs/promises');
    if (script !== undefined) await writeFile(`${site.overlay}${url}`, script);
    await connect(page, site, { serviceWorker: { url }, fallback: false, deadline: 1_500 });
    const error = await page.evaluate(() =>
      window.client.ready.then(
        () => null,
        (thrown: { code: string; message: string; details: object }) => ({ code: thrown.code, message: thrown.message, details: thrown.details }),
      ),
    );
    expect(error).toMatchObject({ code: 'worker.unavailable', details: { reason } });
    expect(error?.message).toContain('No service worker');
  });
}

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

test('a scope that the browser refuses is told from the others', async ({ page, site }) => {
  await connect(page, site, { serviceWorker: { url: '/nudgeloop/service-worker.js', scope: '/' }, fallback: false });
  const told = await page.evaluate(() => window.client.ready.catch(({ details, message }: { details: object; message: string }) => ({ details, message })));
  expect(told).toMatchObject({ details: { reason: 'refused' }, message: expect.stringContaining('Service-Worker-Allowed') });
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
