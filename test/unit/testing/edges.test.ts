import { createMemoryPersistence, createSequentialIds, createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const goalState = { steps: 10_000 };

const codeOf = (call: Promise<unknown>): Promise<string> => call.then(() => 'ok', ({ code }: { code: string }) => code);

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

  test('is read on a full disk too, though something should be pruned', async () => {
    const loop = createTestLoop({ goalState, retentionWindow: { hours: 1 } });
    await loop.client.record({ steps: 1 });
    await loop.advance(3 * 3_600_000);
    loop.storage.failWrites('storage.quota');
    loop.killWorker();
    loop.reload();
    expect(await codeOf(loop.client.history())).toBe('ok');
    expect(await codeOf(loop.client.inspect())).toBe('ok');
  });

  test('refuses options that are together more than a message may hold, instead of dropping them', async () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 6; level += 1) deep = { deep };
    const codes: unknown[] = [];
    for (const strategy of [{ type: 'simple', deep }, { type: 'simple', text: 'x'.repeat(16_360) }]) {
      try {
        const { client } = createTestLoop({ retentionLimit: 3, strategy });
        const { settings } = (await client.inspect()).loop;
        codes.push(settings.retentionLimit);
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
    }
    expect(codes.filter((code) => code !== 3 && code !== 'options.invalid' && code !== 'message.invalid')).toEqual([]);
  });

  test('keeps no more in memory than it retains', async () => {
    const persistence = createMemoryPersistence({ newId: createSequentialIds() });
    const loop = createTestLoop({ persistence, retentionLimit: 10 });
    for (let batch = 0; batch < 30; batch += 1) await loop.client.record(Array.from({ length: 100 }, (_, steps) => ({ steps })));
    expect((await loop.client.history({ limit: 100 })).map(({ action }) => action['steps'])).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });
});
