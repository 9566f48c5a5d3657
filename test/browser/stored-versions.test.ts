import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import {
  createIndexedDbPersistence,
  createSequentialIds,
  createSimulatedClock,
  GoalFeedbackWorker,
  systemClock,
  type GoalFeedbackStrategy,
  type SimulatedClock,
} from 'nudgeloop/core';
import { exportLoop, inspectLoop } from '../../src/loop/loop-queries.ts';
import { DATABASE_VERSION } from '../../src/storage/indexeddb/schema.ts';
import { putDatabase, readDatabase, type StoredDatabase } from '../stored-versions/stored-database.ts';

/** A database as a release left it, and what that release said was in it. */
interface Stored {
  readonly database: StoredDatabase;
  readonly said: Readonly<Record<string, unknown>>;
}

const releases = import.meta.glob<Stored>('../stored-versions/*.json', { eager: true, import: 'default' });
const LOOPS = ['default', 'poisoned'];
const NOW = 1_767_600_000_000;
const FIRST_CALL = [{ steps: 1, place: 'hall' }, { steps: 2, deep: { list: [1, 'two', null, true] } }];

test('there is a database of every version that was ever released, the present one among them', () => {
  const versions = new Set(Object.values(releases).map(({ database }) => database.version));
  // A new version has none yet: run this file once with VITE_MAKE_DATABASE=1, and commit what it writes.
  expect(versions).toEqual(new Set(Array.from({ length: DATABASE_VERSION }, (_none, index) => index + 1)));
});

for (const [file, { database, said }] of Object.entries(releases)) {
  test(`what ${file.replace(/.*\//, '')} holds is found whole by this release, and goes on`, async () => {
    const name = `stored-${file}`;
    await putDatabase(name, database);
    const clock = createSimulatedClock(NOW + 3_600_000);
    // A later release may say more of it: an export has the cursors of sources since.
    expect(await say(name, clock)).toMatchObject(said);
    for (const loop of LOOPS) {
      const worker = createWorker(name, loop, clock);
      const { duplicate } = await worker.record(FIRST_CALL, { client: 'client-of-a-page', seq: 0 });
      expect(duplicate).toBe(true);
      await worker.record({ steps: 5 });
      await worker.processPending();
      const { history, pending } = await worker.read((transaction, state) => inspectLoop(transaction, state, loop, NOW));
      expect([history.count, pending.items.map(({ actions }) => actions[0]?.['steps'])]).toEqual(loop === 'default' ? [4, []] : [5, [6]]);
    }
    expect((await readDatabase(name)).version).toBe(DATABASE_VERSION);
  });
}

test.runIf(import.meta.env['VITE_MAKE_DATABASE'] === '1')('(writes a database of the present version)', async () => {
  // Written once for a version: made again, it would show what today's code writes, and not what users have.
  expect(Object.values(releases).map(({ database }) => database.version)).not.toContain(DATABASE_VERSION);
  const name = `made-${Date.now()}`;
  await makeDatabase(name);
  const said = await say(name, createSimulatedClock(NOW));
  const stored: Stored = { database: await readDatabase(name), said };
  await commands.writeFile(`test/stored-versions/v${DATABASE_VERSION}.json`, `${JSON.stringify(stored, null, 1)}\n`);
});

const poisonous: GoalFeedbackStrategy = {
  suggestActions(_history, actions) {
    if (actions.some((action) => action['poison'] === true)) throw new Error('poison');
    return actions.map((action) => ({ ...action, steps: 9 }));
  },
};

function createWorker(database: string, name: string, clock: SimulatedClock): GoalFeedbackWorker {
  const persistence = createIndexedDbPersistence({ database, newId: createSequentialIds('epoch'), clock: systemClock });
  return new GoalFeedbackWorker({ strategy: poisonous, persistence, name, clock, newId: createSequentialIds(name), pollInterval: 1_000 });
}

/** What is found in each loop. */
async function say(database: string, clock: SimulatedClock): Promise<Record<string, unknown>> {
  const said: Record<string, unknown> = {};
  for (const loop of LOOPS) {
    said[loop] = await createWorker(database, loop, clock).read(async (transaction, state) => ({
      exported: await exportLoop(transaction, state, loop, NOW),
      inspected: await inspectLoop(transaction, state, loop, NOW),
    }));
  }
  return JSON.parse(JSON.stringify(said)) as Record<string, unknown>;
}

/** Two loops with something in every store. */
async function makeDatabase(database: string): Promise<void> {
  const clock = createSimulatedClock(NOW);
  for (const name of LOOPS) {
    const worker = createWorker(database, name, clock);
    await worker.setGoalState({ steps: 10 });
    await worker.record(FIRST_CALL, { client: 'client-of-a-page', seq: 0 });
    await worker.processPending();
    await worker.record({ steps: 3, mood: 0.5 }, { client: 'client-of-a-page', seq: 1 });
    await worker.processPending();
    if (name === 'default') continue;
    await worker.record({ steps: 4, poison: true });
    for (let tries = 0; tries < 4; tries += 1) {
      await worker.processPending();
      clock.advance(300_000);
    }
    await worker.record({ steps: 6, poison: true });
    await worker.processPending();
    await worker.record({ steps: 7 });
  }
}
