import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { minify } from 'terser';
import { SITE } from './build-site.ts';
import { expect, test } from './fixture.ts';

const CLIENTS = 50;

declare global {
  interface Window {
    /** What the app gave to clients that were disposed. */
    given: WeakRef<object>[];
    /** Connections to a database that were opened and not closed. */
    connections: Set<IDBDatabase>;
  }
}

/** Follows the connections to databases from the next load on. */
async function followConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.connections = new Set();
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function followed(this: IDBFactory, ...given) {
      const request = open.apply(this, given);
      request.addEventListener('success', () => window.connections.add(request.result));
      return request;
    };
    const { close } = IDBDatabase.prototype;
    IDBDatabase.prototype.close = function followed(this: IDBDatabase) {
      window.connections.delete(this);
      close.call(this);
    };
  });
}

/** How much of what disposed clients were given is still there, once the garbage is collected. */
async function kept(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  return page.evaluate(() => window.given.filter((ref) => ref.deref() !== undefined).length);
}

const HOSTS = [
  ['the worker', {}],
  ['the page', { serviceWorker: false }],
] as const;

const ENDS = [
  ['at once', 'none'],
  ['once it is ready', 'ready'],
  ['after a call', 'record'],
  ['with calls under way', 'calling'],
  ['after a call on another loop', 'other'],
  ['before a loop of it is asked for', 'late'],
] as const;

/** Makes and ends clients in this way, and waits until nothing is left of them. */
async function endClients(page: Page, url: string, options: object, end: string): Promise<void> {
  await followConnections(page);
  await page.goto(url);
  await page.waitForFunction(() => window.isLoaded);
  await page.evaluate(
    async ([count, given, ending]) => {
      window.given = [];
      for (let made = 0; made < count; made += 1) {
        const sink = (): number => made;
        const client = window.newClient({ goalState: { steps: 10_000 }, ...given, logSinks: [sink] });
        const listener = (): number => made;
        client.on('nudge', listener);
        client.on('log', listener);
        window.given.push(new WeakRef(client), new WeakRef(sink), new WeakRef(listener));
        client.ready.catch(() => undefined);
        if (ending === 'ready') await client.ready;
        if (ending === 'record') await client.record({ steps: made });
        if (ending === 'other') await client.loop('other').record({ steps: made });
        if (ending === 'calling') {
          await client.ready;
          void client.record({ steps: made }).catch(() => undefined);
          void client.history().catch(() => undefined);
        }
        client.dispose();
        if (ending === 'late') {
          const late = client.loop('other');
          late.on('nudge', listener);
          await late.record({ steps: made }).catch(() => undefined);
        }
      }
    },
    [CLIENTS, options, end] as const,
  );
  await expect.poll(() => page.evaluate(() => window.connections.size)).toBe(0);
  await expect.poll(() => kept(page)).toBe(0);
}

for (const [host, options] of HOSTS) {
  for (const [when, end] of ENDS) {
    test(`nothing is left of clients that are disposed ${when}, hosted by ${host}`, async ({ page, site }) => {
      await endClients(page, site.url, options, end);
    });
  }
}

test('nothing is left of disposed clients in a build by terser, which moves functions into those that call them', async ({ page, site }) => {
  const built = await readFile(join(SITE, 'page.js'), 'utf8');
  const { code = '' } = await minify(built, { module: true, compress: { passes: 3 } });
  await writeFile(join(site.overlay, 'page.js'), code);
  await endClients(page, site.url, {}, 'record');
});
