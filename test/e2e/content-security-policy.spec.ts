import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { SITE } from './build-site.ts';
import { connect, delivered, expect, reconnect, record, stepsIn, test, type Site } from './fixture.ts';

const POLICY = "default-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'none'; require-trusted-types-for 'script'";

test.use({ headers: { 'content-security-policy': POLICY } });

/** Tells what the policy forbade in the realm that runs it: a served script, since the developer tools lift the ban on eval. */
const WATCH = `
  const told = new BroadcastChannel('violations');
  addEventListener('securitypolicyviolation', (event) => told.postMessage([event.effectiveDirective, event.sourceFile ?? ''].join(' ')));
`;

const GOAL = { goalState: { steps: 10_000 } };

/** Lays the watch before page and workers, and counts what is requested. */
async function watch(context: BrowserContext, site: Site): Promise<{ violations: (page: Page) => Promise<string[]>; requested: string[] }> {
  const requested: string[] = [];
  context.on('request', (request) => requested.push(request.url()));
  await mkdir(join(site.overlay, 'nudgeloop'));
  const worker = await readFile(join(SITE, 'nudgeloop/service-worker.js'), 'utf8');
  await writeFile(join(site.overlay, 'nudgeloop/service-worker.js'), `${WATCH}\n${worker}`);
  const keep = `
    window.violations = [];
    new BroadcastChannel('violations').addEventListener('message', ({ data }) => window.violations.push(data));
    const policy = window.trustedTypes.createPolicy('test', { createScriptURL: (url) => url });
    window.trusted = (url) => policy.createScriptURL(url);
    window.tryEval = () => { try { (0, eval)('1'); return 'ran'; } catch (error) { return error.name; } };
  `;
  await writeFile(join(site.overlay, 'watch.js'), `{${WATCH}${keep}}`);
  const html = await readFile(join(SITE, 'index.html'), 'utf8');
  await writeFile(join(site.overlay, 'index.html'), html.replace('<script type="module"', '<script src="/watch.js"></script>\n    <script type="module"'));
  const violations = async (page: Page): Promise<string[]> => {
    // What was told before this is heard before it.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    return page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  };
  return { violations, requested };
}

/** Connects with a URL that the page's policy made. */
async function connectTrusted(page: Page, site: Site): Promise<void> {
  await page.goto(site.url);
  await page.waitForFunction(() => window.isLoaded);
  await page.evaluate((given) => {
    const { trusted } = window as unknown as { trusted: (url: string) => { toString(): string } };
    window.connect({ ...given, serviceWorker: { url: trusted('/nudgeloop/service-worker.js') }, fallback: false });
  }, GOAL);
}

test('under a strict policy the whole way works, nothing is forbidden, and nothing is sent', async ({ page, context, site }) => {
  const { violations, requested } = await watch(context, site);
  await connectTrusted(page, site);
  await record(page, { steps: 4_000 });
  await delivered(page, 1);
  await page.evaluate(async () => {
    await window.client.setGoalState({ steps: 12_000 });
    await window.client.acknowledge(await window.client.nudges());
    await window.client.import(await window.client.export());
    await window.client.suggestActions([], [{ steps: 1 }]);
    await window.client.record({ steps: Number.NaN }).catch(() => undefined);
    await window.client.inspect();
    await window.client.erase({ all: true });
  });
  expect(await page.evaluate(() => window.client.state())).toMatchObject({ host: 'service-worker', fallbackReason: null, durable: true });
  expect(await violations(page)).toEqual([]);
  // The worker's own request is for its script; of everything else the policy would have told.
  expect(requested.length).toBeGreaterThan(0);
  expect(requested.filter((url) => new URL(url).origin !== site.url)).toEqual([]);
  const files = new Set(requested.map((url) => new URL(url).pathname));
  expect([...files].filter((path) => !/^\/$|^\/(page|watch)\.js$|^\/[\w-]+-[\w-]+\.js$|^\/nudgeloop\/service-worker\.js$/.test(path))).toEqual([]);
});

test('under a strict policy the loop runs in the page too', async ({ page, context, site }) => {
  const { violations } = await watch(context, site);
  await connect(page, site, { ...GOAL, serviceWorker: false });
  await record(page, { steps: 4_000 });
  await delivered(page, 1);
  expect(await page.evaluate(() => window.client.state())).toMatchObject({ host: 'page', durable: true });
  expect(await violations(page)).toEqual([]);
});

for (const serviceWorker of [undefined, { url: '/nudgeloop/service-worker.js' }]) {
  test(`with Trusted Types and ${serviceWorker === undefined ? 'no url' : 'a url that is text'} the loop runs in the page, and the reason says what to do`, async ({ page, context, site }) => {
    await watch(context, site);
    const given = serviceWorker === undefined ? {} : { serviceWorker };
    await connect(page, site, { ...GOAL, ...given });
    await record(page, { steps: 4_000 });
    await delivered(page, 1);
    expect(await stepsIn(page)).toEqual([4_000]);
    const { host, fallbackReason } = await page.evaluate(() => window.client.state());
    expect({ host, fallbackReason }).toEqual({ host: 'page', fallbackReason: 'trusted-types' });
    await page.reload();
    await reconnect(page, { ...given, fallback: false });
    const message = await page.evaluate(() => window.client.ready.then(() => '', (error: Error) => error.message));
    expect(message).toContain('TrustedScriptURL');
  });
}

test('a policy that is broken is told of, in page and worker alike', async ({ page, context, site }) => {
  const { violations } = await watch(context, site);
  await writeFile(
    join(site.overlay, 'nudgeloop/service-worker.js'),
    `${WATCH}\naddEventListener('message', async () => { try { (0, eval)('1'); } catch {} await fetch('/x').catch(() => undefined); });`,
  );
  await page.goto(site.url);
  await page.waitForFunction(() => window.isLoaded);
  await page.evaluate(async () => {
    const { trusted, tryEval } = window as unknown as { trusted: (url: string) => string; tryEval: () => string };
    const registration = await navigator.serviceWorker.register(trusted('/nudgeloop/service-worker.js'));
    while (registration.active === null) await new Promise((resolve) => setTimeout(resolve, 20));
    registration.active.postMessage('go');
    setTimeout(tryEval, 0);
    await fetch('/x').catch(() => undefined);
  });
  const told = (await violations(page)).map((each) => each.replace(/ .*\//, ' '));
  // The ban on eval is told under the name of whichever of the two policies is asked first.
  const bans = ['script-src', 'require-trusted-types-for'];
  expect(told.filter((each) => bans.some((ban) => each === `${ban} service-worker.js`))).not.toEqual([]);
  expect(told.filter((each) => bans.some((ban) => each === `${ban} watch.js`))).not.toEqual([]);
  expect(told).toContain('connect-src service-worker.js');
});
