import { connect, delivered, expect, reconnect, record, stepsIn, stopWorkers, test } from './fixture.ts';

const OWN = { serviceWorker: { url: '/app-worker.js', scope: '/' }, goalState: { steps: 10_000 } };

test('in the app\'s own worker it claims nothing, and controls from the next load on as any worker does', async ({ page, site }) => {
  await connect(page, site, OWN);
  await record(page, { steps: 1 });
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  await page.reload();
  await reconnect(page, OWN);
  await record(page, { steps: 2 });
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${site.url}/app-worker.js`);
  expect(await stepsIn(page)).toEqual([1, 2]);
});

test('a registration that the app made is used as it is', async ({ page, site }) => {
  await page.goto(site.url);
  await page.waitForFunction(() => window.isLoaded);
  const host = await page.evaluate(async () => {
    const serviceWorker = await navigator.serviceWorker.register('/app-worker.js');
    await window.connect({ serviceWorker, goalState: { steps: 10 } }).record({ steps: 1 });
    return window.client.state().host;
  });
  expect(host).toBe('service-worker');
  await delivered(page, 1);
});

test('an update of the app\'s worker is announced, and nothing is done about it', async ({ page, site }) => {
  const { readFile, writeFile } = await import('node:fs/promises');
  const { SITE } = await import('./build-site.ts');
  await connect(page, site, OWN);
  await page.evaluate(() => window.client.ready);
  await page.reload();
  await writeFile(`${site.overlay}/app-worker.js`, `${await readFile(`${SITE}/app-worker.js`, 'utf8')}\n// newer`);
  await reconnect(page, OWN);
  await expect.poll(() => page.evaluate(() => window.told)).toEqual(['update waiting']);
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
