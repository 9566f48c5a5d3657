import { connect, delivered, expect, reconnect, record, stopWorkers, test } from './fixture.ts';

const OWN = { serviceWorker: { url: '/app-worker.js', scope: '/' }, goalState: { steps: 10_000 } };

test('an update of the app\'s worker is announced, and nothing is done about it', async ({ page, site }) => {
  const { readFile, writeFile } = await import('node:fs/promises');
  const { SITE } = await import('./build-site.ts');
  await connect(page, site, OWN);
  await page.evaluate(() => window.client.ready);
  await page.reload();
  await writeFile(`${site.overlay}/app-worker.js`, `${await readFile(`${SITE}/app-worker.js`, 'utf8')}\n// newer`);
  await reconnect(page, OWN);
  // Chromium looks for it a few seconds after the page was loaded.
  await expect.poll(() => page.evaluate(() => window.told), { timeout: 15_000 }).toEqual(['update waiting']);
  expect(await page.evaluate(() => window.client.state().updateReady)).toBe(true);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting !== null)).toBe(true);
  await record(page, { steps: 1 });
});

test('a worker that is stopped while its strategy runs takes the work up again', async ({ page, context, site }) => {
  let asked = 0;
  let answer = (): void => undefined;
  await context.route('**/strategy', async (route) => {
    asked += 1;
    if (asked === 1) await new Promise<void>((resolve) => (answer = resolve));
    await route.fulfill({ body: 'go' }).catch(() => undefined);
  });
  await connect(page, site, { ...OWN, strategy: { type: 'waiting' } });
  expect(await record(page, { steps: 5 })).toMatchObject([{ durable: true }]);
  await expect.poll(() => asked).toBe(1);
  await stopWorkers(page);
  await page.evaluate(() => window.client.poke());
  await delivered(page, 1);
  answer();
  expect(await page.evaluate(() => window.client.nudges())).toMatchObject([{ suggestions: [{ steps: 1 }] }]);
  expect(await page.evaluate(async () => (await window.client.inspect()).loop.pending.count)).toBe(0);
});
