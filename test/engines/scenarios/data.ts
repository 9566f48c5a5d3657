import assert from 'node:assert/strict';
import { eventually, type App } from '../kit/app.ts';
import type { Scenario } from '../kit/scenario.ts';

const goalState = { steps: 10_000 };

/** Steps as they lie in the database. */
async function rawSteps(app: App): Promise<unknown[]> {
  const segments = (await app.rows('history')) as { values: { steps: number }[] }[];
  return segments.flatMap(({ values }) => values.map(({ steps }) => steps));
}

/** What becomes of what is stored. */
export const data: readonly Scenario[] = [
  {
    title: 'Retention by count keeps the newest actions, in the database itself',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ retentionLimit: 3 });
      await app.record(1, 2, 3, 4, 5);
      assert.deepEqual(await rawSteps(app), [3, 4, 5]);
      assert.deepEqual(await app.steps(), [3, 4, 5]);
    },
  },
  {
    title: 'Retention by age drops what is too old, in the database itself',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ retentionWindow: { days: 1 } });
      await app.tab.evaluate(async () => {
        const day = 86_400_000;
        const now = Date.now();
        for (const [days, steps] of [[3, 1], [2, 2], [0, 3]] as const) await window.client.record({ steps, timestamp: now - days * day });
      });
      assert.deepEqual(await rawSteps(app), [3]);
    },
  },
  {
    title: 'Calls made without waiting take effect in order, in a worker and in the page: reads, resets, suggestions and erasures too',
    part: 'scenario',
    async run(room) {
      for (const options of [{}, { serviceWorker: false as const }]) {
        const app = await room.open(options);
        const seen = await app.tab.evaluate(async () => {
          const { client } = window;
          const stepsOf = async (): Promise<unknown[]> => (await client.history()).map(({ action }) => action['steps']);
          await client.erase();
          const first = [client.record({ steps: 1 }), client.record({ steps: 2 })];
          const read = stepsOf();
          const exported = client.export();
          const reset = client.resetHistory();
          const later = [client.record({ steps: 3 }), client.suggestActions([], [{ steps: 4 }]), client.record({ steps: 5 })];
          const readAgain = stepsOf();
          const erased = client.erase();
          const last = client.record({ steps: 6 });
          await Promise.all([...first, reset, ...later, last]);
          const { history } = (await exported) as { readonly history: readonly unknown[] };
          return [await read, history.length, await readAgain, (await erased).actions, await stepsOf()];
        });
        assert.deepEqual(seen, [[1, 2], 2, [3, 4, 5], 3, [6]], JSON.stringify(options));
      }
    },
  },
  {
    title: 'If a blocked page asks again for what was done meanwhile, each call is done once and in its place',
    part: 'scenario',
    async run(room) {
      const app = await room.open();
      const seen = await app.tab.evaluate(async () => {
        const { client } = window;
        const stepsOf = async (): Promise<unknown[]> => (await client.history()).map(({ action }) => action['steps']);
        const rounds = [];
        for (let round = 0; round < 5; round += 1) {
          await client.erase();
          await client.history();
          const calls = [client.record([{ steps: 1 }, { steps: 2 }]), client.resetHistory(), client.record({ steps: 3 })];
          const read = stepsOf();
          const erased = client.erase();
          const last = client.record({ steps: 4 });
          // They are sent; now the page is busy, and its timers are over before it hears anything.
          await new Promise((resolve) => setTimeout(resolve, round * 2));
          const end = performance.now() + 600;
          while (performance.now() < end);
          await Promise.all([...calls, last]);
          rounds.push([await read, (await erased).actions, await stepsOf()]);
        }
        return rounds;
      });
      assert.deepEqual(seen, Array.from({ length: 5 }, () => [[3], 1, [4]]));
    },
  },
  {
    title: 'If the worker loses a call that others follow, they are stored in order though the page stands still for five seconds, and without it if the page is closed',
    part: 'scenario',
    async run(room) {
      /** Makes two calls. The message of the first is lost; at the second the page stands still, or sends nothing more. */
      const loseFirst = async (steps: number, end: 'standing still' | 'silent'): Promise<App> => {
        const app = await room.openTab();
        await app.loaded();
        await app.tab.evaluate(
          async (first, isSilent) => {
            const post = ServiceWorker.prototype.postMessage as (this: ServiceWorker, ...given: unknown[]) => void;
            let records = 0;
            ServiceWorker.prototype.postMessage = function losing(this: ServiceWorker, ...given: unknown[]) {
              const { kind, message } = given[0] as { readonly kind: string; readonly message?: { readonly path: readonly string[] } };
              const isRecord = message?.path[0] === 'record';
              records += Number(isRecord);
              // The worker gets no port either: nothing is lost there.
              if (kind === 'wake' || records === 1 || (isSilent && records > 2)) return;
              post.apply(this, given);
              const until = performance.now() + (isRecord && records === 2 && !isSilent ? 5_000 : 0);
              while (performance.now() < until);
            };
            window.connect({});
            await window.client.ready;
            for (const made of [first, first + 1]) window.client.record({ steps: made }).catch(() => undefined);
            while (records < 2) await new Promise((resolve) => setTimeout(resolve));
          },
          steps,
          end === 'silent',
        );
        return app;
      };
      const still = await loseFirst(1, 'standing still');
      await eventually(() => still.steps(), [1, 2]);
      const closed = await loseFirst(3, 'silent');
      await closed.close();
      await eventually(() => still.steps(), [1, 2, 4]);
    },
  },
  {
    title: 'Erasing leaves no row, and the other tab is told',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      const other = await room.open();
      await other.host();
      await app.record(1);
      await other.delivered(1);
      const { loops, actions, nudges } = await app.tab.evaluate(() => window.client.erase({ all: true }));
      assert.deepEqual({ loops, actions, nudges }, { loops: ['default'], actions: 1, nudges: 1 });
      await eventually(async () => (await other.told()).includes('erased null'), true);
      for (const store of ['documents', 'history', 'pending', 'outbox', 'dead']) assert.deepEqual(await app.rows(store), [], store);
      assert.deepEqual(await app.steps(), []);
      assert.ok(!(await app.told()).includes('epoch.reset'));
    },
  },
  {
    title: 'A deleted database is announced (`epoch.reset`), and recording continues in the new one',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      await app.record(1);
      await app.delivered(1);
      await app.tab.evaluate(
        () =>
          new Promise<void>((resolve, reject) => {
            const deleting = indexedDB.deleteDatabase('nudgeloop');
            deleting.addEventListener('success', () => resolve());
            deleting.addEventListener('error', () => reject(deleting.error as Error));
          }),
      );
      const receipt = await app.tab.evaluate(async () => {
        const { durable, duplicate } = await window.client.record({ steps: 2 });
        return { durable, duplicate };
      });
      assert.deepEqual(receipt, { durable: true, duplicate: false });
      assert.deepEqual(await app.told(), ['epoch.reset']);
      assert.deepEqual(await app.steps(), [2]);
    },
  },
  {
    title: 'If the database refuses a part of some actions, all of them are refused, and nothing stored before is lost',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ serviceWorker: false, goalState });
      await app.record(1, 2);
      const refusal = await app.tab.evaluate(async () => {
        const { add, put } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.add = function (this: IDBObjectStore, ...given) {
          // Its place is taken, so that this request fails amid the others.
          put.apply(this, given);
          return add.apply(this, given);
        };
        const ended = window.client.record(Array.from({ length: 300 }, (_none, n) => ({ steps: 100 + n }))).then(
          () => 'taken',
          ({ code, details }: { code?: string; details?: { seen?: string } }) => `${code} ${details?.seen}`,
        );
        return ended.finally(() => (IDBObjectStore.prototype.add = add));
      });
      assert.equal(refusal, 'storage.failed ConstraintError');
      assert.deepEqual(await app.steps(), [1, 2]);
      await app.record(3);
      assert.deepEqual(await app.steps(), [1, 2, 3]);
      assert.equal(await app.acknowledge(), 3);
    },
  },
  {
    title: 'An export can be imported into an emptied loop unchanged',
    part: 'scenario',
    async run(room) {
      const app = await room.open({ goalState });
      await app.record(1, 2);
      const brought = await app.tab.evaluate(async () => {
        const exported = await window.client.export();
        await window.client.erase();
        return window.client.import(JSON.parse(JSON.stringify(exported)));
      });
      assert.equal(brought, 2);
      assert.deepEqual(await app.steps(), [1, 2]);
    },
  },
];
