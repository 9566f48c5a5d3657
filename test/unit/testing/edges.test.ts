import { createMemoryPersistence, createSequentialIds, createTestLoop } from 'nudgeloop/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { goalStoreOf } from 'nudgeloop/store';

const goalState = { steps: 10_000 };

const codeOf = (call: Promise<unknown>): Promise<string> => call.then(() => 'ok', ({ code }: { code: string }) => code);

/** The timers of the store of a goal, which go by real time. */
function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('a loop at its edges', () => {
  test('gives all of a long history to an export', async () => {
    const loop = createTestLoop({ storageLimit: 1_000_000_000 });
    for (let batch = 0; batch < 15; batch += 1) await loop.client.record(Array.from({ length: 10_000 }, (_, steps) => ({ steps })));
    const { history } = (await loop.client.export()) as { history: unknown[] };
    expect(history).toHaveLength(150_000);
  });

  test('can be erased by a page that it refuses', async () => {
    const persistence = { ...createMemoryPersistence({ newId: createSequentialIds('disk') }), durable: true };
    const before = createTestLoop({ goalState, persistence });
    await before.client.record({ steps: 1 });
    before.dispose();
    const { client } = createTestLoop({ persistence, strategy: { type: 'nowhere' }, seed: 2 });
    expect(await codeOf(client.history())).toBe('strategy.unknown');
    expect(await codeOf(client.erase())).toBe('ok');
    expect(await persistence.loops()).toEqual([]);
  });

  test('is read though nothing can be written, and something should be pruned', async () => {
    const loop = createTestLoop({ goalState, retentionWindow: { hours: 1 } });
    await loop.client.record({ steps: 1 });
    loop.tab.hide();
    await loop.advance(3 * 3_600_000);
    loop.storage.failWrites('storage.failed');
    loop.killWorker();
    loop.reload();
    expect(await codeOf(loop.client.history())).toBe('ok');
    expect(await codeOf(loop.client.inspect())).toBe('ok');
  });

  test.each<[string, Record<string, unknown>]>([
    ['nested', { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } }],
    ['large', { text: 'x'.repeat(16_367) }],
  ])('refuses a strategy that is too %s beside the other options, instead of dropping them all', async (_what, rest) => {
    expect(() => createTestLoop({ retentionLimit: 3, strategy: { type: 'simple', ...rest } })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });

  test('is not brought back by somebody who watches its goal when it is erased', async () => {
    useFakeTimers();
    const persistence = { ...createMemoryPersistence({ newId: createSequentialIds('disk') }), durable: true };
    const loop = createTestLoop({ persistence, retentionLimit: 10, goalState });
    const off = goalStoreOf(loop.client).subscribe(() => undefined);
    await loop.client.record({ steps: 1 });
    await loop.client.erase();
    vi.advanceTimersByTime(300);
    await loop.settle();
    off();
    expect(await persistence.loops()).toEqual([]);
  });

  test('shows a goal that another tab set when the fake timers of the runner are moved, as the guide says', async () => {
    useFakeTimers();
    const loop = createTestLoop({ goalState });
    const goal = goalStoreOf(loop.client);
    onTestFinished(goal.subscribe(() => undefined));
    await loop.settle();
    await loop.openTab().client.setGoalState({ steps: 12_000 });
    await loop.advance(60_000);
    expect(goal.getSnapshot()).toEqual(goalState);
    vi.advanceTimersByTime(100);
    await loop.settle();
    expect(goal.getSnapshot()).toEqual({ steps: 12_000 });
  });

  test('brings each nudge once, also out of an outbox that the worker made larger than the page knows', async () => {
    const loop = createTestLoop({ goalState, worker: { settings: { outboxLimit: 3_000 } } });
    const heard: string[] = [];
    loop.client.on('nudge', ({ id }) => heard.push(id));
    for (let steps = 0; steps < 1_200; steps += 1) await loop.client.record({ steps });
    loop.tab.sleep();
    loop.tab.wake();
    await loop.client.record({ steps: 1 });
    await loop.advance(1_000);
    expect(heard).toHaveLength(1_201);
    expect(new Set(heard).size).toBe(1_201);
  });
});
