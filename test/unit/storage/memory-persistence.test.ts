import { expect, test } from 'vitest';
import { createMemoryPersistence } from 'nudgeloop/core';

test('what is written to memory while all of it is erased comes behind the erasure', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'e' });
  const write = (loop: string, value: number) => persistence.write(loop, async (transaction) => transaction.writeDocument('k', value, 0));
  await write('a', 1);
  let goOn = (): void => undefined;
  const looked = new Promise<void>((resolve) => (goOn = resolve));
  const erasing = persistence.eraseAll(() => looked);
  const written = [write('a', 2), write('b', 3)];
  goOn();
  await Promise.all([erasing, ...written]);
  expect(await persistence.loops()).toEqual(['a', 'b']);
  expect(await persistence.read('a', (transaction) => transaction.readDocument('k'))).toBe(2);
});
