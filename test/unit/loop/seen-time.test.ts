import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog, createMemoryPersistence, createSimulatedClock, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { nextTime, type SeenTime } from '../../../src/loop/state/seen-time.ts';
import { once } from '../../../src/loop/commit/receipts.ts';
import { createLoopStore } from '../../../src/loop/commit/loop-store.ts';
import { createHarness, type Harness } from './harness.ts';

const log = createLog(() => 0);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const START = 1_767_600_000_000;

const after = (...readings: readonly number[]): SeenTime =>
  readings.reduce<SeenTime | null>((time, now) => nextTime(time, now), null)!;

describe('a clock', () => {
  test.each([
    ['that goes on evenly is believed', [0, MINUTE, 30 * MINUTE, 80 * MINUTE], 80 * MINUTE],
    ['that was not read for a night is believed as of the evening', [0, 8 * HOUR], 0],
    ['is believed again once it went on for ten minutes', [0, 8 * HOUR, 8 * HOUR + 10 * MINUTE], 8 * HOUR + 10 * MINUTE],
    ['that is read for a minute a day is believed a day later', [0, DAY, DAY + MINUTE, 2 * DAY], DAY + MINUTE],
    ['that jumped by a year is not believed', [0, YEAR, YEAR + MINUTE], 0],
    ['that was set back is believed as it stands', [YEAR, 0], 0],
    ['that jumped and was repaired leaves no trace', [0, YEAR, YEAR + MINUTE, 2 * MINUTE, 3 * MINUTE], 0],
  ])('%s', (_title, readings, trusted) => {
    expect(after(...readings.map((at) => START + at)).trusted).toBe(START + trusted);
  });

  test('is never believed to be ahead of what it says, whatever it does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * YEAR }), { minLength: 1 }), (readings) => {
        expect(after(...readings).trusted).toBeLessThanOrEqual(readings.at(-1)!);
      }),
    );
  });
});

describe('what is retained by age', () => {
  const kept = ({ worker }: Harness) => worker.read(async (_tx, { history }) => history.count);
  const create = (retentionWindow = 30 * DAY) => {
    const clock = createSimulatedClock(START);
    const persistence = createMemoryPersistence({ newId: () => 'epoch' }) as never;
    return createHarness(new SimpleGoalFeedbackStrategy(), { retentionWindow, guardsClock: true }, persistence, clock);
  };

  test.each([
    ['two hours forth', 'a wake-up', 2 * HOUR, HOUR],
    ['a year forth', 'a wake-up', YEAR, 30 * DAY],
    ['a year forth', 'an action', YEAR, 30 * DAY],
    ['a year back', 'a wake-up', -YEAR, 30 * DAY],
    ['a year back', 'an action', -YEAR, 30 * DAY],
  ])('survives a clock that jumps by %s, which %s is the first to see, and is repaired', async (_title, first, jump, window) => {
    const harness = create(window);
    await harness.worker.record({ steps: 1 });
    harness.clock.jump(START + jump);
    if (first === 'a wake-up') await harness.worker.wake();
    await harness.worker.record({ steps: 2 });
    await harness.worker.wake();
    harness.clock.jump(START + MINUTE);
    await harness.worker.wake();
    await harness.worker.record({ steps: 3 });
    // What was recorded a year ago, as it seems now, may go; what was there before the jump stays.
    const seqs = await harness.worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ seq }) => seq));
    expect([seqs[0], seqs.at(-1)]).toEqual([0, 2]);
  });

  test('goes when a true year passed, ten minutes after the return', async () => {
    const harness = create();
    await harness.worker.record({ steps: 1 });
    harness.clock.jump(START + YEAR);
    await harness.worker.wake();
    expect(await kept(harness)).toBe(1);
    harness.clock.advance(10 * MINUTE);
    await harness.worker.wake();
    expect(await kept(harness)).toBe(0);
  });

  test('goes also from an app that is only looked at for a moment each day', async () => {
    const harness = create();
    await harness.worker.record({ steps: 1 });
    for (let day = 1; day <= 32; day += 1) {
      harness.clock.jump(START + day * DAY);
      await harness.worker.wake();
    }
    expect(await kept(harness)).toBe(0);
  });
});

describe('a call that is sent again counts once', () => {
  const create = (persistence = createMemoryPersistence({ newId: () => 'epoch' })) => {
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { guardsClock: true }, persistence as never, createSimulatedClock(START));
    return { ...harness, record: (client: string) => harness.worker.record({ steps: 1 }, { client, seq: 0, oldest: 0 }) };
  };

  test('after the clock jumped by a year', async () => {
    const { clock, record } = create();
    await record('tab-one-');
    clock.jump(START + YEAR);
    expect(await record('tab-two-')).toMatchObject({ duplicate: false });
    clock.advance(1);
    expect(await record('tab-one-')).toMatchObject({ duplicate: true });
  });

  test('also when the clock is believed again ten minutes after a return from a long absence', async () => {
    const { clock, record } = create();
    await record('tab-of-before-');
    clock.jump(START + 3 * DAY);
    await record('tab-two-');
    for (let minute = 1; minute < 10; minute += 1) {
      clock.advance(MINUTE);
      await record(`tab-of-minute-${minute}`);
    }
    await record('tab-live-');
    clock.advance(MINUTE);
    await record('tab-new-');
    clock.advance(MINUTE);
    await record('tab-newer-');
    expect(await record('tab-live-')).toMatchObject({ duplicate: true });
  });

  test('however many tabs there were while the clock was ahead', async () => {
    const { clock, record } = create();
    clock.jump(START + YEAR);
    for (let tab = 0; tab < 300; tab += 1) await record(`tab-ahead-${tab}`);
    clock.jump(START);
    await record('tab-live-');
    await record('tab-new-');
    expect(await record('tab-live-')).toMatchObject({ duplicate: true });
  });

  test.each([START + YEAR, 8.64e15 - 1])('however many tabs there were under a build that stamped receipts with the time, which was %d', async (time) => {
    const persistence = createMemoryPersistence({ newId: () => 'epoch' });
    await persistence.write('default', async (tx) => {
      for (let tab = 0; tab < 255; tab += 1) tx.writeDocument(`receipts:tab-old-${tab}`, { top: 0, floor: 0, seen: [[0, 0]] }, time);
    });
    const { record } = create(persistence);
    await record('tab-live-');
    await record('tab-new-');
    expect(await record('tab-live-')).toMatchObject({ duplicate: true });
  });
});

test('of many clients those that called last are remembered', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), {}, persistence as never);
  for (let tab = 0; tab < 300; tab += 1) await worker.record({ steps: 1 }, { client: `tab-${tab}`, seq: 0 });
  const known = await worker.read(async (tx) => Promise.all(Array.from({ length: 300 }, (_none, tab) => tx.readDocument(`receipts:tab-${tab}`))));
  expect(known.map((document) => document !== undefined)).toEqual(Array.from({ length: 300 }, (_none, tab) => tab >= 44));
});

test('calls that waited for one another do not look like a clock that was set back: what is old goes while they come', async () => {
  let now = START;
  // Time passes while a call waits.
  const clock = { now: () => (now += 1), schedule: () => () => undefined };
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { clock, guardsClock: true, retentionWindow: DAY });
  let seq = 0;
  const recordTwo = () => Promise.all([1, 2].map((steps) => worker.record({ steps }, { client: 'tab-one-', seq: seq++ })));
  await recordTwo();
  now += 8 * DAY;
  for (let minute = 0; minute < 30; minute += 1) {
    await recordTwo();
    now += MINUTE;
  }
  expect((await worker.read((tx) => tx.readForward('history', 0, 1)))[0]?.seq).toBe(2);
});

test('a call far below the newest one is refused too where what is stored names no floor', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'e' });
  await persistence.write('a', async (tx) => tx.writeDocument('receipts:tab-one-', { top: 1_000, seen: [[1_000, 0]] }, START));
  const store = createLoopStore(persistence, { loop: 'a', clock: { now: () => START }, newId: () => 'life' });
  const call = (number: number) => store.update((transaction, state) => once({ client: 'tab-one-', seq: number }, 'x', async () => 'taken')(transaction, state, log));
  await expect(call(5)).rejects.toMatchObject({ code: 'receipt.conflict' });
  expect(await call(999)).toBe('taken');
});

test.each([[[]], [['x', 1]], [[2_000, 1]]])('receipts that something else wrote are begun anew, not added to for ever: %j', async (pair) => {
  const persistence = createMemoryPersistence({ newId: () => 'e' });
  await persistence.write('a', async (tx) => tx.writeDocument('receipts:tab-one-', { top: 1_000, seen: [pair] }, START));
  const store = createLoopStore(persistence, { loop: 'a', clock: { now: () => START }, newId: () => 'life' });
  for (let seq = 0; seq < 300; seq += 1) {
    const call = { client: 'tab-one-', seq, oldest: seq };
    expect(await store.update((transaction, state) => once(call, 'x', async () => 'taken')(transaction, state, log))).toBe('taken');
  }
  expect(await store.read((tx) => tx.readDocument('receipts:tab-one-'))).toMatchObject({ seen: [[299, expect.any(Number)]] });
});

test('a clock that tells no instant breaks no call', async () => {
  let now: number = START;
  const { worker } = createHarness(new SimpleGoalFeedbackStrategy(), { clock: { now: () => now, schedule: () => () => undefined } });
  for (const broken of [Number.NaN, Infinity, -Infinity, 9e15]) {
    now = broken;
    await expect(worker.record({ steps: 1 })).resolves.toMatchObject({ count: 1 });
  }
  const ats = await worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ at }) => at));
  expect(ats.every((at) => Number.isFinite(at))).toBe(true);
});
