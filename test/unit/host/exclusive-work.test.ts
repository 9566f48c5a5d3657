import { createSimulatedClock } from 'nudgeloop/core';
import { expect, test, vi } from 'vitest';
import { createExclusiveWork } from '../../../src/host/exclusive-work.ts';
import { createLife } from '../../../src/testing/browser/life.ts';
import { createSimulatedLocks } from '../../../src/testing/browser/simulated-locks.ts';
import { settle } from '../../../src/testing/settle.ts';

function setUp(strategyDeadline = 5_000) {
  const clock = createSimulatedClock(0);
  const locks = createSimulatedLocks();
  const host = () => createExclusiveWork({ locks: locks.of(createLife()), database: 'db', clock, strategyDeadline });
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  return { advance, one: host(), other: host(), third: host() };
}

/** Work that ends when the test says so, as that of a page that is frozen and thawed. */
function held() {
  let end = (_value: string): void => undefined;
  const done = new Promise<string>((resolve) => (end = resolve));
  return { work: vi.fn(() => done), end };
}

test('two hosts do the work of a loop one after the other', async () => {
  const { advance, one, other } = setUp();
  const [first, second] = [held(), held()];
  const firstDone = one('loop', first.work);
  const secondDone = other('loop', second.work);
  await advance(30_000);
  expect([first.work, second.work].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  first.end('first');
  second.end('second');
  expect(await Promise.all([firstDone, secondDone])).toEqual(['first', 'second']);
});

test('work on different loops goes on side by side', async () => {
  const { advance, one, other } = setUp();
  const [first, second] = [held(), held()];
  void one('a', first.work);
  void other('b', second.work);
  await advance(0);
  expect(second.work).toHaveBeenCalledTimes(1);
});

test('a frozen tab that holds the lock is overtaken, once no run can take so long', async () => {
  const { advance, one, other } = setUp();
  const [frozen, next] = [held(), held()];
  const thawed = one('loop', frozen.work);
  const replaced = other('loop', next.work);
  await advance(1_000);
  await advance(34_999);
  expect(next.work).not.toHaveBeenCalled();
  await advance(1);
  expect(next.work).toHaveBeenCalledTimes(1);
  next.end('overtook');
  expect(await replaced).toBe('overtook');
  // The request that waited in the first place gets its turn too, with nothing left to do.
  frozen.end('thawed');
  expect(await thawed).toBe('thawed');
  await advance(60_000);
  expect(next.work).toHaveBeenCalledTimes(1);
  const later = held();
  void one('loop', later.work);
  await advance(0);
  expect(later.work).toHaveBeenCalledTimes(1);
});

test('hosts that each take their time are not overtaken, however long the last one waits', async () => {
  const { advance, one, other, third } = setUp();
  const [first, second, last] = [held(), held(), held()];
  const all = [one('loop', first.work), other('loop', second.work), third('loop', last.work)];
  await advance(1_000);
  await advance(24_000);
  first.end('first');
  await advance(0);
  expect(second.work).toHaveBeenCalledTimes(1);
  await advance(24_000);
  expect(last.work).not.toHaveBeenCalled();
  second.end('second');
  last.end('last');
  await advance(0);
  expect(await Promise.all(all)).toEqual(['first', 'second', 'last']);
});

test('a worker that lets its strategies take longer is left longer, however long', async () => {
  const { advance, one, other } = setUp(2_147_483_647);
  const [slow, next] = [held(), held()];
  void one('loop', slow.work);
  void other('loop', next.work);
  await advance(1_000);
  await advance(86_400_000);
  expect(next.work).not.toHaveBeenCalled();
});

test('work that fails says so, and lets the next one begin', async () => {
  const { one, other } = setUp();
  const failed = one('loop', () => Promise.reject(new Error('disk')));
  const next = other('loop', async () => 'next');
  await expect(failed).rejects.toThrow('disk');
  expect(await next).toBe('next');
});

test.each(['locks', 'no locks'])('work that throws before it returns a promise fails like any other, and lets the next one begin (%s)', async (where) => {
  const locks = where === 'locks' ? createSimulatedLocks().of(createLife()) : undefined;
  const work = createExclusiveWork({ locks, database: 'db', clock: createSimulatedClock(0), strategyDeadline: 1 });
  const failed = work('loop', () => {
    throw new Error('at once');
  });
  const next = work('loop', async () => 'next');
  await expect(failed).rejects.toThrow('at once');
  expect(await next).toBe('next');
});

test('where the browser has no locks the work is done at once', async () => {
  const work = createExclusiveWork({ locks: undefined, database: 'db', clock: createSimulatedClock(0), strategyDeadline: 1 });
  expect(await work('loop', async () => 'done')).toBe('done');
});

test('where the browser refuses its locks, as in a frame without an origin, the work is done all the same, and once', async () => {
  const refuse = () => Promise.reject(new DOMException('no', 'SecurityError'));
  const work = createExclusiveWork({ locks: { request: refuse, query: refuse }, database: 'db', clock: createSimulatedClock(0), strategyDeadline: 1 });
  const run = vi.fn(async () => 'done');
  expect(await work('loop', run)).toBe('done');
  expect(run).toHaveBeenCalledTimes(1);
});
