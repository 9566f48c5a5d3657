import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLog, createSequentialIds, createSimulatedClock, systemClock, systemIds, type LogEvent } from 'nudgeloop/core';
import { withDeadline } from '../../src/clock.ts';

describe('a simulated clock', () => {
  test('runs what falls due in order, each at its own instant, and nothing else', () => {
    const clock = createSimulatedClock(100);
    const seen: [string, number][] = [];
    clock.schedule(30, () => void seen.push(['late', clock.now()]));
    clock.schedule(10, () => {
      seen.push(['early', clock.now()]);
      clock.schedule(5, () => void seen.push(['nested', clock.now()]));
    });
    const cancel = clock.schedule(20, () => void seen.push(['never', clock.now()]));
    cancel();
    clock.advance(25);
    expect(seen).toEqual([['early', 110], ['nested', 115]]);
    expect(clock.now()).toBe(125);
    clock.jump(0);
    expect([clock.now(), seen.length]).toEqual([0, 2]);
  });
});

describe("the machine's clock", () => {
  /** A timer of so many milliseconds, and how often it went off. */
  const scheduled = (ms: number) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const run = vi.fn<() => void>();
    return { run, cancel: systemClock.schedule(ms, run) };
  };

  test('lets a wait that is longer than a timer can be last as long as one can be, instead of no time at all', () => {
    const { run } = scheduled(2 ** 40);
    vi.advanceTimersByTime(2 ** 31 - 2);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test('calls a timer off', () => {
    const { run, cancel } = scheduled(10);
    cancel();
    vi.advanceTimersByTime(20);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('a deadline', () => {
  test('ends a wait for what never comes, and leaves what came in time alone', async () => {
    const clock = createSimulatedClock();
    const late = withDeadline(clock, 10, new Promise(() => undefined), () => new Error('late'));
    const early = withDeadline(clock, 10, Promise.resolve(7), () => new Error('late'));
    expect(await early).toBe(7);
    clock.advance(10);
    await expect(late).rejects.toThrow('late');
  });

  test.each([new RangeError('no'), 'no', { code: 42 }, undefined])('passes on what was rejected as it is (%o), and sets no timer for it any more', async (reason) => {
    const clock = createSimulatedClock();
    const [failed] = await Promise.allSettled([withDeadline(clock, 10, Promise.reject(reason))]);
    expect(failed).toEqual({ status: 'rejected', reason });
    expect(clock.nextAt()).toBeNull();
  });
});

describe('ids', () => {
  test('are random version 4 UUIDs, or count up for tests', () => {
    const ids = new Set(Array.from({ length: 1_000 }, systemIds));
    expect(ids.size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const next = createSequentialIds('a');
    expect([next(), next()]).toEqual(['a-1', 'a-2']);
  });
});

describe('a log', () => {
  test('tells every sink, though one of them throws, until it is taken off', () => {
    const seen: LogEvent[] = [];
    const log = createLog(() => 5, [() => { throw new Error('broken sink'); }]);
    const remove = log.addSink((event) => void seen.push(event));
    log.warn('storage.memory', { loop: 'a' });
    remove();
    log.info('goal.changed');
    expect(seen).toEqual([{ at: 5, level: 'warn', code: 'storage.memory', fields: { loop: 'a' } }]);
    expect(log.recent().map(({ code }) => code)).toEqual(['storage.memory', 'goal.changed']);
  });

  test('remembers the newest hundred events and no more', () => {
    let now = 0;
    const log = createLog(() => (now += 1));
    for (let count = 0; count < 150; count += 1) log.debug('worker.woken');
    expect(log.recent()).toHaveLength(100);
    expect(log.recent().at(-1)?.at).toBe(150);
  });

  test('gives what it remembers as a list of its own, which stays as it was read', () => {
    const log = createLog(() => 0);
    log.debug('worker.woken');
    const read = log.recent();
    log.info('goal.changed');
    expect(read.map(({ code }) => code)).toEqual(['worker.woken']);
  });
});
