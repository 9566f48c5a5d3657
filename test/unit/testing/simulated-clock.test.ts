import { createSimulatedClock } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';

const refused = expect.objectContaining({ name: 'NudgeloopError', code: 'options.invalid' });
const DAY = 86_400_000;

describe('a simulated clock', () => {
  test.each([undefined, Number.NaN, Infinity, -Infinity, -1, '1000'])('refuses to be moved by %s, and stays where it is', (ms) => {
    const clock = createSimulatedClock(5);
    clock.schedule(1, () => expect.unreachable());
    expect(() => clock.advance(ms as number)).toThrow(refused);
    expect([clock.now(), clock.nextAt()]).toEqual([5, 6]);
  });

  test.each([Number.NaN, Infinity, 8.64e15 + 1, '0', null])('refuses to begin at %s, and to be set to it', (time) => {
    expect(() => createSimulatedClock(time as number)).toThrow(refused);
    const clock = createSimulatedClock(5);
    expect(() => clock.jump(time as number)).toThrow(refused);
    expect(clock.now()).toBe(5);
  });

  test.each([DAY, -DAY])('that is set by %i ms leaves its timers as far away as they were', (jump) => {
    const clock = createSimulatedClock(1_750_000_000_000);
    const seen: number[] = [];
    clock.schedule(10_000, () => seen.push(clock.now()));
    clock.advance(3_000);
    const before = clock.now();
    clock.jump(before + jump);
    expect([clock.now(), clock.nextAt()]).toEqual([before + jump, before + jump + 7_000]);
    clock.advance(6_999);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual([before + jump + 7_000]);
  });

  test('that is set by what it runs lets pass what it was asked to, and no more', () => {
    const clock = createSimulatedClock(0);
    const seen: string[] = [];
    clock.schedule(10, () => clock.jump(-DAY));
    clock.schedule(20, () => seen.push('at its end'));
    clock.schedule(21, () => seen.push('later'));
    clock.advance(20);
    expect(seen).toEqual(['at its end']);
    expect(clock.now()).toBe(10 - DAY);
  });

  test.each([Number.NaN, -5])('runs at once what is to run in %s ms, as a browser does', (ms) => {
    const clock = createSimulatedClock(5);
    const seen: number[] = [];
    clock.schedule(ms, () => seen.push(clock.now()));
    expect(clock.nextAt()).toBe(5);
    clock.advance(0);
    expect(seen).toEqual([5]);
  });
});
