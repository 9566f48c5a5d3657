import { describe, expect, test } from 'vitest';
import type { DeadLetter } from 'nudgeloop';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';
import { createLoopStore } from '../../../src/loop/commit/loop-store.ts';
import { buryActions } from '../../../src/loop/state/dead-letters.ts';

/** The client of a loop with so many dead letters, of a second each. */
async function setUp(count: number) {
  const newId = createSequentialIds('id');
  const persistence = createMemoryPersistence({ newId });
  await createLoopStore(persistence, { loop: 'default', clock: { now: () => 0 }, newId }).update(async (transaction, state) => {
    for (let n = 0; n < count; n += 1) buryActions(transaction, state, { actions: [{ n }], attempts: 3 }, { code: 'strategy.failed', message: '' }, n * 1_000);
  });
  const { client } = createTestLoop({ persistence });
  return client;
}

const from = (first: number, count: number): number[] => Array.from({ length: count }, (_none, index) => first + index);
const seqsOf = (letters: readonly DeadLetter[]): number[] => letters.map(({ seq }) => seq);

describe('deadLetters.list', () => {
  test('gives the newest 50, oldest first, with what failed and why', async () => {
    const { deadLetters } = await setUp(120);
    const letters = await deadLetters.list();
    expect(seqsOf(letters)).toEqual(from(70, 50));
    expect(letters[0]).toEqual({ seq: 70, at: 70_000, attempts: 3, actions: [{ n: 70 }], reason: { code: 'strategy.failed' } });
  });

  test('gives as many as are asked for, and pages back to the first one', async () => {
    const { deadLetters } = await setUp(120);
    expect(await deadLetters.list({ limit: 10_000 })).toHaveLength(120);
    const seen: number[] = [];
    for (let page = await deadLetters.list(); page.length > 0; page = await deadLetters.list({ before: page[0]!.seq })) seen.unshift(...seqsOf(page));
    expect(seen).toEqual(from(0, 120));
  });

  test('gives those of a time, the newest of them if there are more', async () => {
    const { deadLetters } = await setUp(120);
    expect(seqsOf(await deadLetters.list({ from: 10_000, to: 13_000 }))).toEqual([10, 11, 12]);
    expect(seqsOf(await deadLetters.list({ to: 100_000, limit: 2 }))).toEqual([98, 99]);
  });

  test.each([
    [{ limit: 0 }], [{ limit: 10_001 }], [{ limit: 1.5 }], [{ before: -1 }], [{ before: '9' }], [{ from: Number.NaN }], [{ to: {} }], ['all'], [[]], [null],
  ])('refuses %j, which is no range', async (range) => {
    const { deadLetters } = await setUp(1);
    await expect(deadLetters.list(range as never)).rejects.toMatchObject({ code: 'message.invalid' });
  });
});

test('all dead letters can be retried or discarded at once, however many were listed', async () => {
  const { deadLetters, inspect } = await setUp(1_200);
  const letters = await deadLetters.list({ limit: 10_000 });
  expect(letters).toHaveLength(1_200);
  expect(await deadLetters.discard(letters.slice(0, 1_100))).toBe(1_100);
  expect(await deadLetters.retry(letters)).toBe(100);
  expect((await inspect()).loop.deadLetters.count).toBe(0);
});
