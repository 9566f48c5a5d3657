import assert from 'node:assert/strict';
import { until } from '../../faults/kit/wait.ts';
import { eventually, type App } from '../kit/app.ts';
import { absent, passed } from '../kit/outcome.ts';
import type { Room } from '../kit/room.ts';
import type { Scenario } from '../kit/scenario.ts';

/** Asks a worker what it has, over a port that goes along with the question. */
function ask(app: App, feature: string, rest: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return app.tab.evaluate(async (question) => {
    const { active, installing, waiting } = await navigator.serviceWorker.register('/feature-worker.js', { scope: '/features/' });
    const worker = active ?? waiting ?? installing;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<unknown>((resolve, reject) => {
      port1.addEventListener('message', ({ data }: MessageEvent<{ value?: unknown; error?: string }>) =>
        data.error === undefined ? resolve(data.value) : reject(new Error(data.error)),
      );
    });
    port1.start();
    worker?.postMessage(question, [port2]);
    return answer;
  }, { feature, ...rest });
}

/** A feature that the worker has or has not, and what happens where it has not. */
const inWorker = (title: string, feature: string, instead: string): Scenario => ({
  title,
  part: 'feature',
  run: async (room) => ((await ask(await room.openTab(), feature)) === true ? passed : absent(instead)),
});

/** Opens the app with a client of a module worker; in the page, if the browser has none. */
async function openWithModule(room: Room): Promise<string | null> {
  const app = await room.open({ serviceWorker: { url: '/module-worker.js', scope: '/', type: 'module' }, goalState: { steps: 10_000 } });
  assert.deepEqual(await app.record(1), [true]);
  await app.delivered(1);
  return app.host();
}

/** Leaves a page with a connected client, and comes back; tells whether it was kept, and if so sees that all goes on. */
async function isKept(room: Room): Promise<boolean> {
  const app = await room.open({ goalState: { steps: 10_000 } });
  const before = (await app.steps()).length;
  await app.record(1);
  // Firefox keeps no page that holds one.
  await eventually(() => app.tab.evaluate(async () => (await navigator.locks.query()).held?.map(({ name }) => name)), []);
  await app.tab.evaluate(() => addEventListener('pageshow', ({ persisted }) => window.told.push(`persisted ${persisted}`)));
  await app.tab.goto(`${room.server.origin}/elsewhere`);
  await app.tab.back();
  await eventually(() => app.tab.evaluate(() => location.pathname), '/');
  if (!(await app.tab.evaluate(() => 'client' in window))) return false;
  await eventually(() => app.told(), ['persisted true']);
  await app.record(2);
  await app.delivered(before + 2);
  return true;
}

/** What a browser has or has not, and what Nudgeloop does where it has not. */
export const features: readonly Scenario[] = [
  {
    title: 'Module service workers (`type: \'module\'`)',
    part: 'feature',
    run: async (room) => ((await openWithModule(room)) === 'service-worker' ? passed : absent('the page hosts the loop; a classic worker, bundled or ready-made, works as usual')),
  },
  inWorker('Background Sync', 'backgroundSync', 'remaining work continues at the next call, visit or poll of a visible tab'),
  inWorker('Periodic Background Sync', 'periodicSync', 'the same as without Background Sync'),
  inWorker('Notifications from a worker', 'notifications', 'nudges wait for the next page'),
  {
    title: 'Web Locks, shared by pages and workers',
    part: 'feature',
    async run(room) {
      const app = await room.openTab();
      const lock = 'one at a time';
      await app.tab.evaluate((name) => new Promise<void>((resolve) => {
        void navigator.locks.request(name, () => {
          resolve();
          return new Promise(() => undefined);
        });
      }), lock);
      return (await ask(app, 'sharesLocks', { lock })) === true ? passed : absent('each tab works, and the database keeps them apart');
    },
  },
  {
    title: 'BroadcastChannel from a worker to pages',
    part: 'feature',
    async run(room) {
      const app = await room.openTab();
      await app.tab.evaluate(() => {
        const channel = new BroadcastChannel('features');
        channel.addEventListener('message', ({ data }) => window.told.push(String(data)));
      });
      await ask(app, 'broadcast', { channel: 'features' });
      await eventually(() => app.told(), ['from the worker']);
    },
  },
  {
    title: 'Strict durability of a worker\'s transactions',
    part: 'feature',
    run: async (room) => ((await ask(await room.openTab(), 'strict', { database: 'features' })) === true ? passed : absent('a commit is as durable as the browser makes it')),
  },
  {
    title: 'A MessagePort to a worker, for fast calls while it is awake',
    part: 'feature',
    async run(room) {
      const app = await room.open();
      await app.host();
      await app.tab.evaluate(() => {
        const post = ServiceWorker.prototype.postMessage as (this: ServiceWorker, ...given: unknown[]) => void;
        ServiceWorker.prototype.postMessage = function told(this: ServiceWorker, ...given: unknown[]) {
          window.told.push('by message');
          post.apply(this, given);
        };
      });
      // Behind the first call the worker is offered a port. If that call was slow, as the first often is, the next offer
      // comes after ten seconds.
      const goesByPort = (): Promise<boolean> =>
        app.tab.evaluate(async () => {
          const before = window.told.length;
          await window.client.history();
          return window.told.length === before;
        });
      const hasPort = await until(15_000, goesByPort, 100);
      return hasPort ? passed : absent('each call is a message that wakes the worker');
    },
  },
  {
    title: 'The back/forward cache keeps a page with a connected client',
    part: 'feature',
    async run(room) {
      // Firefox sometimes lets a page go that it keeps the next time, while other browsers are at work beside it.
      for (let tries = 0; tries < 3; tries += 1) if (await isKept(room)) return passed;
      return absent('the page is reloaded, and its client catches up');
    },
  },
  {
    title: '`navigator.storage.persist`, with which an app asks the browser to keep its data when the disk is full',
    part: 'feature',
    async run(room) {
      const app = await room.openTab();
      const has = await app.tab.evaluate(() => typeof (navigator.storage as StorageManager | undefined)?.persist === 'function');
      return has ? passed : absent('the browser decides; a page that is open when data is cleared is told (`epoch.reset`), a page that is opened later finds an empty loop');
    },
  },
];
