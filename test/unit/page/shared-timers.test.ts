import { describe, expect, test } from 'vitest';
import { createSimulatedClock, type Clock } from 'nudgeloop/core';
import { createSleep } from '../../../src/testing/browser/sleep.ts';
import { settle } from '../../../src/testing/settle.ts';
import { sharedTimers } from '../../../src/page/shared-timers.ts';

function setUp() {
  const clock = createSimulatedClock(0);
  const set: number[] = [];
  const setOne: Clock['schedule'] = (ms, run) => {
    set.push(ms);
    return clock.schedule(ms, run);
  };
  const schedule = sharedTimers({ now: clock.now, schedule: setOne }, 1);
  return { clock, set, schedule };
}

describe('timers of calls that are made together', () => {
  test('cost one timer of the browser for each length', () => {
    const { clock, set, schedule } = setUp();
    const fired: string[] = [];
    for (let call = 0; call < 64; call += 1) {
      schedule(1_000, () => fired.push('wait'));
      schedule(10_000, () => fired.push('deadline'));
    }
    expect(set).toEqual([1_000, 10_000]);
    clock.advance(1_000);
    expect(fired).toHaveLength(64);
    clock.advance(9_000);
    expect(fired.filter((what) => what === 'deadline')).toHaveLength(64);
  });

  test('are called off one by one, and the last one calls off that of the browser', () => {
    const { clock, schedule } = setUp();
    const fired: number[] = [];
    const cancels = [0, 1, 2].map((call) => schedule(1_000, () => fired.push(call)));
    cancels[1]!();
    cancels[1]!();
    clock.advance(1_000);
    expect(fired).toEqual([0, 2]);
    const later = [3, 4].map((call) => schedule(1_000, () => fired.push(call)));
    for (const cancel of later) cancel();
    expect(clock.nextAt()).toBeNull();
  });

  test('go off in time for each, though one that is older is still to come', () => {
    const { clock, schedule } = setUp();
    const fired: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      schedule(1_000, () => fired.push(clock.now()));
      clock.advance(400);
    }
    clock.advance(1_000);
    expect(fired).toEqual([1_000, 1_400, 1_800]);
  });

  test('go off in time though the wall clock stands still', async () => {
    const clock = createSimulatedClock(0);
    const schedule = sharedTimers({ now: () => 5, schedule: clock.schedule }, 1);
    const fired: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      schedule(1_000, () => fired.push(clock.now()));
      await Promise.resolve();
      clock.advance(400);
    }
    clock.advance(1_000);
    expect(fired).toEqual([1_000, 1_400, 1_800]);
  });

  test('leave a page that could do nothing for a while the time to hear what came meanwhile', () => {
    const { clock, schedule } = setUp();
    const fired: string[] = [];
    const cancels = ['answered', 'not answered'].map((call) => schedule(1_000, () => fired.push(call)));
    // As the message that waits behind the timer does.
    clock.schedule(1_000, () => cancels[0]!());
    clock.advance(5_000);
    expect(fired).toEqual(['not answered']);
    const last = schedule(1_000, () => fired.push('last'));
    clock.schedule(1_000, () => last());
    clock.advance(5_000);
    expect(fired).toEqual(['not answered']);
    expect(clock.nextAt()).toBeNull();
  });

  test('may be asked for anew by what one of them does', () => {
    const { clock, schedule } = setUp();
    const fired: number[] = [];
    schedule(1_000, () => {
      fired.push(clock.now());
      schedule(1_000, () => fired.push(clock.now()));
    });
    clock.advance(2_000);
    expect(fired).toEqual([1_000, 2_000]);
  });
});

describe('a wait of several parts', () => {
  /** Waits of ten seconds in four parts, in a page that can be put to sleep. */
  function setUpParts() {
    const clock = createSimulatedClock(0);
    const sleep = createSleep();
    const schedule = sharedTimers(sleep.clockOf(clock));
    const fired: number[] = [];
    const cancel = schedule(10_000, () => fired.push(clock.now()));
    const sleepFor = async (ms: number): Promise<void> => {
      sleep.begin();
      clock.advance(ms);
      sleep.end();
      // What was kept is on the clock again.
      await settle();
      clock.advance(0);
    };
    return { clock, fired, cancel, sleepFor };
  }

  test('takes as long as one of a single part', () => {
    const { clock, fired } = setUpParts();
    clock.advance(9_999);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([10_000]);
  });

  test('counts a sleep as one part at most, however long it was', async () => {
    const { clock, fired, sleepFor } = setUpParts();
    clock.advance(4_000);
    await sleepFor(3_600_000);
    expect(fired).toEqual([]);
    clock.advance(4_999);
    expect(fired).toEqual([]);
    clock.advance(1);
    expect(fired).toEqual([3_609_000]);
  });

  test('counts a short sleep as what it was', async () => {
    const { clock, fired, sleepFor } = setUpParts();
    clock.advance(3_000);
    await sleepFor(1_000);
    clock.advance(6_000);
    expect(fired).toEqual([10_000]);
  });

  test('is called off in each of its parts', () => {
    for (const ms of [0, 2_500, 5_000, 7_500]) {
      const { clock, cancel } = setUpParts();
      clock.advance(ms);
      cancel();
      expect(clock.nextAt()).toBeNull();
    }
  });
});
