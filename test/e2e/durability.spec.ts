import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { SITE } from './build-site.ts';
import { connect, delivered, expect, record, test } from './fixture.ts';

const GOAL = { goalState: { steps: 10_000 } };

/** A realm that keeps a list of how durable each transaction is that may write, as the browser says. */
interface Watched {
  durabilities: IDBTransactionDurability[];
}

/** Runs in a realm before the product does; it is sent as text. */
function watchDurability(): void {
  const { prototype } = IDBDatabase;
  const { transaction: begin } = prototype;
  const seen: IDBTransactionDurability[] = [];
  prototype.transaction = function watched(this: IDBDatabase, ...given) {
    const made = begin.apply(this, given);
    if (made.mode === 'readwrite') seen.push(made.durability);
    return made;
  };
  Object.assign(globalThis, { durabilities: seen });
}

const seenIn = (realm: { evaluate<T>(run: () => T): Promise<T> }): Promise<IDBTransactionDurability[]> =>
  realm.evaluate(() => (globalThis as unknown as Watched).durabilities);

/** Each kind of call that writes. */
async function writeAll(page: Page): Promise<void> {
  await record(page, { steps: 1 });
  await delivered(page, 1);
  await page.evaluate(async () => {
    const { client } = window;
    await client.setGoalState({ steps: 12_000 });
    await client.suggestActions([], [{ steps: 2 }]);
    await client.acknowledge(await client.nudges());
    await client.import(await client.export());
    await client.resetHistory();
    await client.erase();
    await client.erase({ all: true });
  });
}

test('whatever the ready-made worker has answered is on disk', async ({ page, context, site }) => {
  const script = await readFile(join(SITE, 'nudgeloop/service-worker.js'), 'utf8');
  await mkdir(join(site.overlay, 'nudgeloop'));
  await writeFile(join(site.overlay, 'nudgeloop/service-worker.js'), `(${watchDurability.toString()})();\n${script}`);
  await connect(page, site, GOAL);
  await writeAll(page);
  expect(await page.evaluate(() => window.client.state().host)).toBe('service-worker');
  const workers = context.serviceWorkers();
  expect(workers).toHaveLength(1);
  const seen = await seenIn(workers[0]!);
  expect(seen.length).toBeGreaterThanOrEqual(8);
  expect(new Set(seen)).toEqual(new Set(['strict']));
});

test('whatever a page without a worker has answered is on disk', async ({ page, site }) => {
  await page.addInitScript(watchDurability);
  await connect(page, site, { ...GOAL, serviceWorker: false });
  await writeAll(page);
  expect(await page.evaluate(() => window.client.state().host)).toBe('page');
  const seen = await seenIn(page);
  expect(seen.length).toBeGreaterThanOrEqual(8);
  expect(new Set(seen)).toEqual(new Set(['strict']));
});
