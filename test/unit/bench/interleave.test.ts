import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { interleave } from '../../../bench/kit/interleave.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What `interleave` gives, without its pauses. */
async function settled<T>(work: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return work;
}

test('variants are measured in turn, in an order that is reversed and rotated', async () => {
  const order: string[] = [];
  const variant = (name: string) => async () => order.push(name);
  await settled(interleave(3, { a: variant('a'), b: variant('b'), c: variant('c') }));
  expect(order.join('').match(/.../g)).toEqual(['abc', 'cba', 'bca', 'acb']);
});

test('the first round warms up and is dropped', async () => {
  let calls = 0;
  expect(await settled(interleave(2, { only: async () => (calls += 1) }))).toEqual({ only: [2, 3] });
});

test('one variant that fails ends it', async () => {
  const failing = interleave(2, { only: () => Promise.reject(new Error('no clock')) });
  await expect(failing).rejects.toThrow('no clock');
});
