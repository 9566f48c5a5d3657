import { createTestLoop } from 'nudgeloop/testing';
import { expect, test } from 'vitest';

/** A day with lost messages, a killed worker, a full disk and a lost database: everything that could be seen of it. */
async function live(seed: number): Promise<string> {
  const seen: unknown[] = [];
  const strategy = { suggestActions: (_history: unknown, actions: readonly object[]) => actions.map((action) => ({ ...action, steps: 7 })) };
  const loop = createTestLoop({
    seed,
    goalState: { steps: 10_000 },
    worker: { strategies: { own: () => strategy }, logSinks: [(event) => seen.push(event)] },
    strategy: { type: 'own' },
    logSinks: [(event) => seen.push(event)],
  });
  const other = loop.openTab();
  for (const event of ['nudge', 'acknowledged', 'changed', 'epoch.reset', 'status'] as const) {
    for (const { client } of [loop, other]) client.on(event, (payload) => seen.push(event, structuredClone(payload)));
  }
  await loop.client.ready;
  const record = async (steps: number): Promise<void> => {
    const recording = loop.client.record({ steps }).catch((error: { code: string }) => error.code);
    await loop.advance(30_000);
    seen.push(await recording);
  };
  loop.messages.lose(undefined, 0.4);
  for (const steps of [1, 2, 3, 4, 5]) await record(steps);
  loop.messages.heal();
  loop.killWorker('after-commit');
  await record(6);
  loop.storage.failNext(1, 'storage.quota');
  await record(7);
  const acknowledging = loop.client.nudges().then((nudges) => loop.client.acknowledge(nudges));
  await loop.advance(3_600_000);
  seen.push(await acknowledging);
  await loop.storage.loseDatabase();
  await record(8);
  seen.push(await other.client.export());
  loop.dispose();
  return JSON.stringify(seen);
}

test('the same seed makes the same test: same ids, same times, same order; another one does not', async () => {
  const [first, again, other] = [await live(7), await live(7), await live(8)];
  expect(first.length).toBeGreaterThan(5_000);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(other).not.toContain('s7-');
});

test('tests that run at once do not disturb one another', async () => {
  const alone = await live(3);
  expect(await Promise.all([live(3), live(4), live(3)])).toMatchObject({ 0: alone, 2: alone });
});
