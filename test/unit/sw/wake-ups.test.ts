import { describe, expect, test } from 'vitest';
import type { PokeResult } from '../../../src/protocol/api.ts';
import { settle } from '../../../src/testing/settle.ts';
import { createWork, left, setUp, TAG } from './wake-ups-harness.ts';

test('what is due holds the activation, for which every request of the app waits, for half a second at the most', async () => {
  const { activate, clock } = setUp(undefined, null, () => new Promise(() => undefined));
  let isOver = false;
  activate((hold) => void hold.then(() => (isOver = true)));
  clock.advance(499);
  await settle();
  expect(isOver).toBe(false);
  clock.advance(1);
  await settle();
  expect(isOver).toBe(true);
});

describe('a sync', () => {
  test('that a worker asked for wakes nothing when its work left nothing, and lasts as long as the work does', async () => {
    const { expect: ask, follow, fire, wakings } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    let isOver = false;
    const synced = fire(TAG).then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    end(null);
    await Promise.all([following, synced]);
    expect(wakings).toEqual([]);
  });

  test('that comes while work is under way wakes the loops when it left something that is due', async () => {
    const { expect: ask, follow, fire, wakings } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    const synced = fire(TAG);
    end(0);
    await Promise.all([following, synced]);
    expect(wakings).toEqual(['sync']);
  });

  test('wakes nothing before what is left is due, however often it fires, and is left to the browser until then', async () => {
    const { expect: ask, follow, fire, registered, wakings, clock } = setUp();
    const { work, end } = createWork();
    const following = follow(work);
    await ask();
    const synced = fire(TAG);
    await ask();
    end(60_000);
    await Promise.all([following, expect(synced).rejects.toThrow('work is left')]);
    // What was asked for while it was under way fires at once, and is the last to do so, whatever calls leave.
    await expect(fire(TAG)).rejects.toThrow('work is left');
    await follow(left(70_000));
    expect(registered).toEqual([TAG, TAG]);
    await fire(TAG, true);
    expect(wakings).toEqual([]);
    await follow(left(70_000));
    clock.advance(60_000);
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
  });

  test('that woke the loops wakes them again once the first of what is left then is due', async () => {
    const rest = createWork();
    const { follow, fire, wakings, clock } = setUp(undefined, null, () => rest.work);
    await follow(left(0));
    const synced = fire(TAG);
    await settle();
    await follow(left(3_000));
    rest.end(2_000);
    await expect(synced).rejects.toThrow('work is left');
    clock.advance(1_999);
    await expect(fire(TAG)).rejects.toThrow('work is left');
    expect(wakings).toEqual(['sync']);
    clock.advance(1);
    await fire(TAG).catch(() => undefined);
    expect(wakings).toEqual(['sync', 'sync']);
  });

  test('comes back for what a call left while the loops were woken', async () => {
    const rest = createWork();
    const { follow, fire, wakings, clock } = setUp(undefined, null, () => rest.work);
    await follow(left(0));
    const synced = fire(TAG);
    await settle();
    await follow(left(3_000));
    rest.end(null);
    await expect(synced).rejects.toThrow('work is left');
    clock.advance(3_000);
    await fire(TAG);
    expect(wakings).toEqual(['sync', 'sync']);
  });

  test('wakes the loops for what would be due later than anything waits: the clock was set back', async () => {
    const { follow, fire, wakings, clock } = setUp();
    clock.jump(86_400_000);
    await follow(left(clock.now() + 60_000));
    clock.jump(0);
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
  });

  test('that another worker asked for, which died, wakes the loops, also where this one has asked since', async () => {
    const { fire, wakings } = setUp();
    await fire(TAG);
    expect(wakings).toEqual(['sync']);
    const { expect: ask, follow, ...second } = setUp();
    second.pending.push(TAG);
    const askAndEnd = async (): Promise<PokeResult> => {
      await Promise.resolve();
      await ask();
      return left(null);
    };
    await follow(askAndEnd());
    await second.fire(TAG);
    expect(second.wakings).toEqual(['sync']);
    // Now nothing is unknown to it.
    await follow(askAndEnd());
    await second.fire(TAG);
    expect(second.wakings).toEqual(['sync']);
  });

  test('is tried again by the browser after a wake-up that failed, and wakes the loops then', async () => {
    let isBroken = true;
    const { follow, fire, wakings } = setUp(undefined, null, async () => {
      if (isBroken) throw new Error('no storage');
      return { processed: 0, polled: 0, nextAt: null };
    });
    await follow(left(0));
    await expect(fire(TAG)).rejects.toThrow('no storage');
    isBroken = false;
    await follow(left(null));
    await fire(TAG);
    expect(wakings).toEqual(['sync', 'sync']);
  });
});

test('a periodic sync under our tag wakes the loops, and lasts as long as that takes; one of the app\'s does not', async () => {
  const { work, end } = createWork();
  const { firePeriodic, wakings } = setUp(undefined, null, () => work);
  expect(await firePeriodic('the-apps-own')).toBe(0);
  expect(wakings).toEqual([]);
  let isOver = false;
  const fired = firePeriodic(TAG).finally(() => (isOver = true));
  await settle();
  expect([wakings, isOver]).toEqual([['periodicsync'], false]);
  end(null);
  expect(await fired).toBe(1);
});
