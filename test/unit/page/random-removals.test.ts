// A chunk that is loaded later, loaded ahead: real time does not pass while simulated time does.
import '../../../src/page/worker/explain.ts';
import { createMemoryPersistence, createSequentialIds, isNudgeloopError } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import { advancing, createChance } from './random-harness.ts';

const EMPTY = { format: 'nudgeloop-export', version: 1, loop: 'default', exportedAt: 0, goalState: null, analysis: {}, history: [], pending: [] };

/** A call, and what came of it: `ok`, or a code. */
interface Call {
  readonly n: number;
  readonly isRemoval: boolean;
  outcome?: string;
}

/** A user records and removes in one tab, while messages and workers fail at random. */
async function live(seed: number) {
  const { one } = createChance(seed);
  const storage = { ...createMemoryPersistence({ newId: createSequentialIds('epoch') }), durable: true };
  const browser = createSimulatedBrowser({ worker: {}, start: 1_750_000_000_000, seed, storage });
  const { clock, wire, worker } = browser;
  const advance = advancing(clock);
  const page = browser.openPage();
  const client = createClient({ serviceWorker: page.registration }, page.realm);
  await advance(100);

  const calls: Call[] = [];
  const begin = (isRemoval: boolean, run: (n: number) => Promise<unknown>): void => {
    const call: Call = { n: calls.length, isRemoval };
    calls.push(call);
    run(call.n).then(
      () => (call.outcome = 'ok'),
      (error: unknown) => (call.outcome = isNudgeloopError(error) ? error.code : String(error)),
    );
  };
  const record = (): void => begin(false, (n) => client.record({ n }));
  const remove = (run: () => Promise<unknown>) => (): void => {
    begin(true, run);
    // By the port it may be there first.
    record();
  };
  const kinds = ['requests', 'waking', 'answers', 'hints'] as const;
  for (let step = 0; step < 40; step += 1) {
    one(
      record, record, record, record, record,
      remove(() => client.resetHistory()),
      remove(() => client.erase()),
      remove(() => client.erase({ all: true })),
      remove(() => client.import(EMPTY)),
      () => worker.kill(one('now', 'before-commit', 'after-commit')),
      () => wire.lose(one(...kinds), one(0.3, 1)),
      () => wire.hold(one('waking', ...kinds)),
      wire.heal, wire.heal,
    )();
    await advance(one(0, 1, 100, 300, 1_000, 3_600));
  }
  wire.heal();
  await advance(60_000);
  page.live('visibilitychange');
  await advance(120_000);
  const reading = client.history({ limit: 1_000 });
  await advance(0);
  return { calls, kept: (await reading).map(({ action }) => action['n'] as number) };
}

test.each(Array.from({ length: 50 }, (_none, seed) => seed))('whatever fails, a removal takes what was recorded before it and nothing that was recorded after it (seed %i)', async (seed) => {
  const { calls, kept } = await live(seed);
  expect(calls.filter(({ outcome }) => outcome === undefined), 'open').toEqual([]);
  expect(kept.filter((n, at) => kept.indexOf(n) !== at), 'counted twice').toEqual([]);
  const taken = calls.filter(({ isRemoval, outcome }) => !isRemoval && outcome === 'ok').map(({ n }) => n);
  const removals = calls.filter(({ isRemoval }) => isRemoval);
  // One that failed may have been done or not.
  const lastDone = removals.filter(({ outcome }) => outcome === 'ok').at(-1)?.n ?? -1;
  const lastAsked = removals.at(-1)?.n ?? -1;
  expect(taken.filter((n) => n > lastAsked && !kept.includes(n)), 'lost').toEqual([]);
  expect(taken.filter((n) => n < lastDone && kept.includes(n)), 'came back').toEqual([]);
  const order = kept.filter((n) => taken.includes(n));
  expect(order, 'in the order of the calls').toEqual([...order].sort((a, b) => a - b));
});
