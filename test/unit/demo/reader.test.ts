import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createReader } from '../../../demo/loop/reader.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('what is asked while it reads shares the next reading', async () => {
  const read = vi.fn(async () => true);
  const reader = createReader(read);
  for (let times = 0; times < 10; times += 1) reader.ask();
  await pass(1_000);
  expect(read.mock.calls.length).toBeLessThanOrEqual(2);
  reader.ask();
  await pass(0);
  expect(read.mock.calls.length).toBeLessThanOrEqual(3);
});

test('while readings fail, and each failure asks for another, they become rare', async () => {
  const read = vi.fn(async () => {
    reader.ask();
    return false;
  });
  const reader = createReader(read);
  reader.ask();
  await pass(30_000);
  // After 1, 2, 4, 8 and 16 s.
  expect(read).toHaveBeenCalledTimes(5);
});

test('after failures it begins at once when the connection is back, and waits no longer than before', async () => {
  let isWell = false;
  const read = vi.fn(async () => isWell);
  const reader = createReader(read);
  reader.ask();
  await pass(20_000);
  const before = read.mock.calls.length;
  isWell = true;
  reader.askNow();
  await pass(0);
  expect(read).toHaveBeenCalledTimes(before + 1);
  await pass(60_000);
  expect(read).toHaveBeenCalledTimes(before + 1);
});

test('a stopped reader reads no more', async () => {
  const read = vi.fn(async () => false);
  const reader = createReader(read);
  reader.ask();
  await pass(0);
  reader.stop();
  reader.ask();
  await pass(120_000);
  expect(read).toHaveBeenCalledTimes(1);
});
