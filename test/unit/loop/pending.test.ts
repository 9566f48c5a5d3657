import { expect, test } from 'vitest';
import { createMemoryPersistence } from 'nudgeloop/core';
import { createLoopStore } from '../../../src/loop/loop-store.ts';
import { buryPending, DEAD_LETTER_LIMIT, putPending, readDeadLetters, readPending } from '../../../src/loop/pending.ts';

test('dead letters are kept up to their limit, then the oldest gives way', async () => {
  const store = createLoopStore(createMemoryPersistence({ newId: () => 'e' }), 'a', () => 0, () => 'life');
  await store.update(async (transaction, state) => {
    for (let n = 0; n < DEAD_LETTER_LIMIT + 5; n += 1) {
      putPending(transaction, state, [{ n }], 0, 10);
      const [entry] = await readPending(transaction, state, 1);
      await buryPending(transaction, state, entry!, { code: 'strategy.failed', message: 'no' }, 0);
    }
  });
  const letters = await store.read((transaction, state) => readDeadLetters(transaction, state, 10_000));
  expect(letters).toHaveLength(DEAD_LETTER_LIMIT);
  expect(letters[0]?.actions).toEqual([{ n: 5 }]);
  expect(await store.read(async (_transaction, { dead, pending }) => [dead.count, pending.count])).toEqual([DEAD_LETTER_LIMIT, 0]);
});
