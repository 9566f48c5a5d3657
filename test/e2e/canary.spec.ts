import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleMessage } from '@playwright/test';
import { bundle } from './bundle.ts';
import { connect, expect, test } from './fixture.ts';

const CANARY = 'canary-7f3a';

test('what a user did reaches no log, no console, no other tab and no error, in the browser itself', async ({ page, context, site }) => {
  await writeFile(join(site.overlay, 'canary-worker.js'), await bundle('e2e/site/canary-worker.ts', 'iife'));
  const printed: string[] = [];
  context.on('console', (message: ConsoleMessage) => printed.push(message.text()));
  context.on('serviceworker', (worker) => worker.on('console', (message) => printed.push(message.text())));

  const listener = await context.newPage();
  await listener.goto(site.url);
  await listener.evaluate(() => {
    const heard: Record<string, string[]> = { broadcast: [], worker: [] };
    Object.assign(window, { heard });
    for (const [name, channel] of [['broadcast', 'nudgeloop:1:nudgeloop'], ['worker', 'test:worker-log']] as const) {
      new BroadcastChannel(channel).addEventListener('message', ({ data }) => heard[name]?.push(JSON.stringify(data)));
    }
  });

  await connect(page, site, {
    serviceWorker: { url: '/canary-worker.js', scope: '/canary/' },
    fallback: false,
    strategy: { type: 'quoting', note: CANARY },
    goalState: { steps: 10, note: CANARY, [CANARY]: 5 },
    pollInterval: 1,
  });
  const errors = await page.evaluate(async (canary) => {
    const { client } = window;
    const caught: string[] = [];
    const refused = async (call: () => Promise<unknown>): Promise<void> => {
      const error = (await call().then(() => null, (thrown: unknown) => thrown)) as { message: string; details?: object; cause?: Error } | null;
      // Only the app that passed the key is told of it, in `details.path`; no value is told to anybody.
      if (error !== null) caught.push(JSON.stringify([error.message, error.details, error.cause?.message]));
    };
    await client.record([{ steps: canary, note: canary }, { [canary]: 4, steps: 2 }]);
    for (let tries = 0; tries < 20 && (await client.deadLetters.list()).length === 0; tries += 1) {
      await client.poke();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const letters = await client.deadLetters.list();
    caught.push(JSON.stringify(letters.map(({ reason }) => reason)), `${letters.length} dead`);
    await client.deadLetters.retry(letters);
    await refused(() => client.record({ steps: 1, note: canary.repeat(10_000) }));
    await refused(() => client.record({ steps: 1, timestamp: canary }));
    await refused(() => client.setGoalState({ steps: new Map([[canary, canary]]) }));
    await refused(() => client.import({ format: canary }));
    await refused(() => client.history({ from: canary as never }));
    await client.import(JSON.parse(JSON.stringify(await client.export())));
    caught.push(JSON.stringify((await client.inspect()).log), JSON.stringify(window.logged));
    await client.resetHistory();
    await client.erase({ all: true });
    return caught;
  }, CANARY);
  expect(errors.filter((text) => text.includes(CANARY))).toEqual([]);
  expect(errors.join('\n')).toMatch(/^[1-9]\d* dead$/m);

  const heard = () => listener.evaluate(() => (window as unknown as { heard: { broadcast: string[]; worker: string[] } }).heard);
  await expect.poll(async () => (await heard()).broadcast.join()).toContain('loop.erased');
  const { broadcast, worker } = await heard();
  expect(worker.join()).toContain('strategy.failed');
  expect([...broadcast, ...worker, ...printed].filter((text) => text.includes(CANARY))).toEqual([]);
});
