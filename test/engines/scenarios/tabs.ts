import assert from 'node:assert/strict';
import { eventually, type App } from '../kit/app.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };
const IN_PAGE = { serviceWorker: false, goalState } as const;

/** The lock under which one host at a time does the work of the loop. */
const WORK = 'nudgeloop:nudgeloop:work:default';

/** Records in several tabs at once, each its own hundred. */
async function recordTogether(apps: readonly App[], count: number): Promise<void> {
  const numbers = apps.map((_, tab) => Array.from({ length: count }, (__, index) => 100 * tab + index));
  await Promise.all(
    apps.map((app, tab) => app.tab.evaluate((steps) => Promise.all(steps.map((each) => window.client.record({ steps: each }))).then(() => null), numbers[tab]!)),
  );
  const seen = (await apps[0]!.steps()) as number[];
  assert.deepEqual([...seen].sort((a, b) => a - b), numbers.flat());
  for (const app of apps) assert.equal(new Set(await app.delivered(count * apps.length)).size, count * apps.length);
}

/** What several tabs have of one loop. */
export const tabs: readonly Scenario[] = [
  {
    title: 'Two tabs both see a nudge; acknowledged in one, it disappears in the other',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      const other = await room.open();
      await other.host();
      await app.record(1);
      assert.deepEqual(await other.delivered(1), await app.delivered(1));
      assert.equal(await other.acknowledge(), 1);
      await eventually(() => app.told(), ['acknowledged 0']);
      assert.deepEqual(await app.tab.evaluate(() => window.client.state().unacknowledged), []);
      assert.deepEqual(await app.tab.evaluate(() => window.client.nudges()), []);
      assert.equal(await app.acknowledge(), 0);
    },
  },
  {
    title: 'Two tabs record at once: every action counts once, and each tab gets every nudge',
    part: 'scenario',
    async run(room) {
      // Each sets the goal before its own first action: without one there would be nothing to advise.
      await recordTogether([await room.open({ goalState }), await room.open({ goalState })], 20);
    },
  },
  {
    title: 'Without a service worker (`serviceWorker: false`), the page hosts the loop, and a reload keeps everything',
    part: 'scenario',
    async run(room) {
      const app = await room.open(IN_PAGE);
      assert.equal(await app.host(), 'page');
      assert.deepEqual(await app.record(1), [true]);
      const ids = await app.delivered(1);
      await app.tab.reload();
      await app.connect({ serviceWorker: false });
      assert.deepEqual(await app.delivered(1), ids);
      assert.deepEqual(await app.steps(), [1]);
      assert.deepEqual(await app.tab.evaluate(() => navigator.serviceWorker.getRegistrations()), []);
    },
  },
  {
    title: 'Without a service worker, two tabs record at once, and one at a time does the work',
    part: 'scenario',
    async run(room) {
      await recordTogether([await room.open(IN_PAGE), await room.open(IN_PAGE)], 20);
    },
  },
  {
    title: 'Without a service worker, the second tab takes over when the first is closed during its work',
    part: 'scenario',
    async run(room) {
      const first = await room.open(IN_PAGE);
      const second = await room.open(IN_PAGE);
      await Promise.all([first.host(), second.host()]);
      // As the first tab's host does while it works.
      await first.tab.evaluate((lock) => new Promise<void>((resolve) => {
        void navigator.locks.request(lock, () => {
          resolve();
          return new Promise(() => undefined);
        });
      }), WORK);
      // What an import brings and was not judged yet is on disk, and waits for its turn.
      await second.tab.evaluate(async () => {
        await window.client.import({ ...(await window.client.export()), pending: [{ actions: [{ steps: 1 }] }] });
      });
      const waiting = (): Promise<object> =>
        second.tab.evaluate(async (lock) => {
          const { held = [], pending = [] } = await navigator.locks.query();
          const count = (locks: readonly LockInfo[]): number => locks.filter(({ name }) => name === lock).length;
          return { held: count(held), pending: count(pending), delivered: window.delivered.length };
        }, WORK);
      await eventually(waiting, { held: 1, pending: 1, delivered: 0 });
      await first.close();
      await second.delivered(1);
      assert.deepEqual(await second.steps(), [1]);
    },
  },
];
