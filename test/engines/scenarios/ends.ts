import assert from 'node:assert/strict';
import { sleep, until } from '../../faults/kit/wait.ts';
import type { App } from '../kit/app.ts';
import { passed, untested } from '../kit/outcome.ts';
import type { Room } from '../kit/room.ts';
import type { Scenario } from '../kit/scenario.ts';

/** The clients' deadline while the machine sleeps for longer, in milliseconds. */
const DEADLINE_MS = 4_000;

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

declare global {
  interface Window {
    /** Ends what `startFlow` began; tells how its calls ended, and how many actions are kept. */
    endFlow(): Promise<{ readonly ended: Readonly<Record<string, number>>; readonly kept: number }>;
  }
}

/** Records one action after the other in several rows, so that calls are in flight whatever happens to the page. Runs there. */
function startFlow(): void {
  const ended: Record<string, number> = {};
  let isOver = false;
  const flow = async (): Promise<void> => {
    while (!isOver) {
      const end = await window.client.record({ steps: 1 }).then(() => 'stored', ({ code }: { code: string }) => code);
      ended[end] = (ended[end] ?? 0) + 1;
    }
  };
  const flows = Promise.all(Array.from({ length: 8 }, flow));
  window.endFlow = async () => {
    isOver = true;
    await flows;
    return { ended, kept: (await window.client.history({ limit: 10_000 })).length };
  };
}

/** Records one action after the other, and reports each once it is acknowledged, until the browser is killed. Runs in the page. */
function recordForEver(first: number): void {
  const flow = async (): Promise<void> => {
    for (let steps = first; ; steps += 1) {
      await window.client.record({ steps });
      await fetch('/report', { method: 'POST', body: String(steps) });
    }
  };
  void flow();
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
    title: 'If a release brings a worker and a strategy of its own, tabs of the release before still record when their worker starts again, and the new one asks the strategy',
    part: 'scenario',
    async run(room) {
      if (room.browser.stopWorkers === undefined) return untested(NO_STOP);
      const old = await room.open({ goalState });
      assert.deepEqual(await old.record(1), [true]);
      const strategies = '{ gentle: () => ({ suggestActions: (history, actions) => actions }) }';
      const body = `importScripts('/nudgeloop/worker.classic.js'); nudgeloop.startWorker({ strategies: ${strategies} });`;
      room.server.swap('/own-worker.js', { body, headers: { 'content-type': 'text/javascript' } });
      const fresh = await room.open({ serviceWorker: { url: '/own-worker.js', scope: '/' }, strategy: { type: 'gentle' } });
      assert.equal(await fresh.host(), 'service-worker');
      await room.browser.stopWorkers();
      assert.deepEqual(await old.record(2, 3), [true, true]);
      assert.equal((await old.tab.evaluate(() => window.client.inspect())).loop.deadLetters.count, 0);
      await fresh.tab.evaluate(() => window.client.poke());
      assert.deepEqual(await old.steps(), [1, 2, 3]);
      assert.deepEqual(await old.delivered(3), await fresh.delivered(3));
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
      // From the worker that may run on, at first.
      const next = await room.open();
      assert.deepEqual(await next.delivered(1), [id]);
      await next.close();
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
      await app.tab.evaluate(recordForEver, 3);
      const acknowledged = (): number[] => [1, 2, ...room.server.requests.filter(({ url }) => url === '/report').map(({ body }) => Number(body))];
      assert.ok(await until(15_000, () => acknowledged().length > 20), 'too few calls were acknowledged');
      await room.restart();
      const again = await room.open();
      const kept = await again.steps();
      const promised = acknowledged();
      assert.deepEqual(kept.slice(0, promised.length), promised);
      // The one that was under way may be stored without its receipt.
      assert.ok(kept.length <= promised.length + 1, `of ${promised.length} acknowledged calls there are ${kept.length}`);
      const delivered = await again.delivered(kept.length);
      assert.deepEqual(delivered.slice(0, 2), ids);
      assert.equal(new Set(delivered).size, kept.length);
      assert.equal(await again.tab.evaluate(() => window.client.state().epoch), epoch);
      // The goal is stored too.
      await again.record(0);
      await again.delivered(kept.length + 1);
      assert.deepEqual(await again.told(), []);
      return passed;
    },
  },
  {
    title: 'Calls that a sleep of the machine interrupts are answered after it, however long it was',
    part: 'scenario',
    async run(room) {
      const apps = [await room.open({ goalState, deadline: DEADLINE_MS }), await room.open({ serviceWorker: false, database: 'page', goalState, deadline: DEADLINE_MS })];
      for (const app of apps) await app.host();
      for (const app of apps) await app.tab.evaluate(startFlow);
      await sleep(500);
      // As for a page whose machine sleeps: the time goes on, and nothing else.
      process.kill(-room.browser.pid, 'SIGSTOP');
      await sleep(DEADLINE_MS + 1_000);
      process.kill(-room.browser.pid, 'SIGCONT');
      for (const app of apps) {
        const { ended, kept } = await app.tab.evaluate(() => window.endFlow());
        assert.deepEqual(ended, { stored: kept });
      }
      return passed;
    },
  },
];
