import assert from 'node:assert/strict';
import { sleep } from '../../faults/kit/wait.ts';
import type { App } from '../kit/app.ts';
import { passed, untested } from '../kit/outcome.ts';
import type { Room } from '../kit/room.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };

/** How long to wait for a browser to end a worker that has no pages, in milliseconds; WebKit does so after ten seconds. */
const IDLE_WAITS_MS = [11_000, 20_000];

const NO_STOP = 'neither the driver nor the browser can stop a worker whose page is open';

/** Ends a worker whose pages are closed: by force where that is possible, else the browser does it itself. */
async function endWorker({ browser }: Room, look: () => Promise<App>, before: string): Promise<App> {
  await browser.stopWorkers?.();
  // Each look is a visit, which keeps the worker, so there are few.
  for (const wait of browser.stopWorkers === undefined ? IDLE_WAITS_MS : [0]) {
    await sleep(wait);
    const app = await look();
    if ((await app.boot()) !== before) return app;
    await app.close();
  }
  throw new Error('the worker runs on without a page');
}

/** What outlives the end of a worker, and of a browser. */
export const ends: readonly Scenario[] = [
  {
    title: 'A worker that was stopped between two calls is woken by the second',
    part: 'scenario',
    async run(room) {
      if (room.browser.stopWorkers === undefined) return untested(NO_STOP);
      const app = await room.open({ goalState });
      await app.record(1);
      const before = await app.boot();
      await room.browser.stopWorkers();
      await app.record(2);
      assert.notEqual(await app.boot(), before);
      assert.deepEqual(await app.steps(), [1, 2]);
      await app.delivered(2);
      return passed;
    },
  },
  {
    title: 'No call is lost or doubled when the worker is stopped during calls',
    part: 'scenario',
    async run(room) {
      if (room.browser.stopWorkers === undefined) return untested(NO_STOP);
      const app = await room.open({ goalState });
      await app.host();
      const numbers = Array.from({ length: 25 }, (_, index) => index);
      const recording = app.tab.evaluate(async (steps) => (await Promise.all(steps.map((each) => window.client.record({ steps: each })))).length, numbers);
      await room.browser.stopWorkers();
      assert.equal(await recording, numbers.length);
      assert.deepEqual(await app.steps(), numbers);
      assert.equal(new Set(await app.delivered(numbers.length)).size, numbers.length);
      return passed;
    },
  },
  {
    title: 'A nudge from before the page was closed arrives at the next visit, from a newly started worker',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      await app.record(1);
      const [id] = await app.delivered(1);
      const before = await app.boot();
      await app.close();
      const later = await endWorker(room, () => room.open(), before);
      assert.deepEqual(await later.delivered(1), [id]);
      assert.equal(await later.acknowledge(), 1);
      await later.tab.reload();
      await later.connect();
      assert.deepEqual(await later.tab.evaluate(() => window.client.nudges()), []);
      assert.deepEqual(await later.tab.evaluate(() => window.delivered), []);
    },
  },
  {
    title: 'History and unseen nudges survive a crash of the browser, on the same profile',
    part: 'scenario',
    async run(room) {
      if (room.engine.keepsProfiles === false) return untested('MiniBrowser keeps nothing while it is driven');
      const app = await room.open({ goalState });
      assert.deepEqual(await app.record(1, 2), [true, true]);
      const { epoch } = await app.tab.evaluate(() => window.client.state());
      const ids = await app.delivered(2);
      await room.restart();
      const again = await room.open();
      assert.deepEqual(await again.delivered(2), ids);
      assert.deepEqual(await again.steps(), [1, 2]);
      assert.equal(await again.tab.evaluate(() => window.client.state().epoch), epoch);
      // The goal is stored too.
      await again.record(3);
      await again.delivered(3);
      assert.deepEqual(await again.told(), []);
      return passed;
    },
  },
];
