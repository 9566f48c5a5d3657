import { expect, test } from 'vitest';
import { createSimulatedClock } from 'nudgeloop/core';
import { pollWhileVisible } from '../../../src/page/loop/poll-while-visible.ts';
import type { PokeResult } from '../../../src/protocol/api.ts';
import { settle } from './fake-browser.ts';

/** A visible tab that pokes a host with the given answers, one after the other; the last one stays. */
async function pokes(answers: readonly ((now: number) => PokeResult | undefined)[], interval: number, ms: number): Promise<number[]> {
  const clock = createSimulatedClock(0);
  const end = new AbortController();
  const at: number[] = [];
  const poke = async (): Promise<PokeResult | undefined> => {
    const answer = answers[Math.min(at.push(clock.now()), answers.length) - 1]!(clock.now());
    if (answer === undefined) throw new Error('no room');
    return answer;
  };
  const realm = { clock, isVisible: () => true, onLife: () => undefined };
  pollWhileVisible({ realm, interval: () => interval, poke, signal: end.signal });
  for (let passed = 0; passed < ms; passed += 1_000) {
    await settle();
    clock.advance(1_000);
  }
  end.abort();
  return at.map((time) => time / 1_000);
}

const idle = (): PokeResult => ({ processed: 0, polled: 0, nextAt: null });
const refused = (): undefined => undefined;

test('an app that polls once an hour gets what a refused poke left within a minute of the refusal', async () => {
  expect(await pokes([refused], 3_600_000, 200_000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
});

test('a tab goes back to its interval once a poke went well, and never pokes less often than it says', async () => {
  expect(await pokes([refused, refused, idle], 10_000, 25_000)).toEqual([0, 1, 3, 13, 23]);
  expect(await pokes([refused], 5_000, 15_000)).toEqual([0, 1, 3, 7, 12]);
});

test('a tab comes back when the host says so, but not more than once a second', async () => {
  expect(await pokes([(now) => ({ ...idle(), nextAt: now + 4_000 })], 60_000, 10_000)).toEqual([0, 4, 8]);
  expect(await pokes([(now) => ({ ...idle(), nextAt: now })], 60_000, 2_000)).toEqual([0, 1, 2]);
});

test('a tab that is hidden is quiet, and looks at once when it is shown again', async () => {
  const clock = createSimulatedClock(0);
  const at: number[] = [];
  const life = new Map<string, () => void>();
  let isVisible = false;
  const realm = { clock, isVisible: () => isVisible, onLife: (event: string, run: () => void) => void life.set(event, run) };
  const poke = async (): Promise<PokeResult> => {
    at.push(clock.now() / 1_000);
    return idle();
  };
  pollWhileVisible({ realm, interval: () => 10_000, poke, signal: new AbortController().signal });
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 1) {
      await settle();
      clock.advance(1_000);
    }
  };
  const show = (shown: boolean): void => {
    isVisible = shown;
    life.get('visibilitychange')?.();
  };
  await pass(20);
  show(true);
  await pass(15);
  show(false);
  await pass(60);
  show(true);
  await pass(5);
  expect(at).toEqual([20, 30, 95]);
});

test('a tab comes back a second after work was left, for that alone and once for all that was left meanwhile, and keeps its interval', async () => {
  const clock = createSimulatedClock(0);
  const at: number[] = [];
  const pendingAt: number[] = [];
  let answer = (): void => undefined;
  const poke = (onlyPending: boolean): Promise<PokeResult> => {
    at.push(clock.now() / 1_000);
    if (onlyPending) pendingAt.push(clock.now() / 1_000);
    return new Promise((resolve) => {
      answer = () => resolve(idle());
    });
  };
  const end = new AbortController();
  const realm = { clock, isVisible: () => true, onLife: () => undefined };
  const hurry = pollWhileVisible({ realm, interval: () => 3_600_000, poke, signal: end.signal });
  const pass = async (seconds: number): Promise<void> => {
    answer();
    await settle();
    clock.advance(seconds * 1_000);
  };
  await pass(10);
  hurry();
  await pass(0.6);
  // An app that leaves work all the time does not put it off.
  hurry();
  await pass(0.4);
  expect(at).toEqual([0, 11]);
  await pass(4);
  // While a poke is under way, which may have looked too early.
  await settle();
  hurry();
  await pass(3_584);
  expect(at).toEqual([0, 11, 16]);
  await pass(1);
  expect(at).toEqual([0, 11, 16, 3_600]);
  expect(pendingAt).toEqual([11, 16]);
  await pass(1);
  end.abort();
  hurry();
  await pass(10_000);
  expect(at).toHaveLength(4);
});

test('a tab that leaves work all the time, or whose clock is set back, asks for all that is due at its interval nevertheless', async () => {
  const clock = createSimulatedClock(1_000_000);
  const start = clock.now();
  let passed = 0;
  const all: number[] = [];
  const poke = async (onlyPending: boolean): Promise<PokeResult> => {
    if (!onlyPending) all.push(passed);
    return idle();
  };
  const realm = { clock, isVisible: () => true, onLife: () => undefined };
  const end = new AbortController();
  const hurry = pollWhileVisible({ realm, interval: () => 10_000, poke, signal: end.signal });
  for (; passed < 45; passed += 1) {
    await settle();
    if (passed === 22) clock.jump(start);
    hurry();
    clock.advance(1_000);
  }
  end.abort();
  expect(all.slice(0, 3)).toEqual([0, 9, 19]);
  // Anew from the jump, which says nothing of how long it waited.
  expect(all).toHaveLength(5);
});

test('a tab whose pending work waits for its next try asks no source sooner for that', async () => {
  const clock = createSimulatedClock(0);
  const pokes: [number, boolean][] = [];
  const poke = async (onlyPending: boolean): Promise<PokeResult> => {
    pokes.push([clock.now() / 1_000, onlyPending]);
    return { ...idle(), nextAt: onlyPending && pokes.length === 2 ? clock.now() + 4_000 : null };
  };
  const realm = { clock, isVisible: () => true, onLife: () => undefined };
  const end = new AbortController();
  const hurry = pollWhileVisible({ realm, interval: () => 10_000, poke, signal: end.signal });
  await settle();
  hurry();
  for (let passed = 0; passed < 12; passed += 1) {
    clock.advance(1_000);
    await settle();
  }
  end.abort();
  expect(pokes).toEqual([
    [0, false],
    [1, true],
    [5, true],
    [10, false],
  ]);
});

test('a tab that hears of waiting work when it asks for all comes back for that work alone, and for all only where that failed', async () => {
  const clock = createSimulatedClock(0);
  const pokes: [number, boolean][] = [];
  const poke = async (onlyPending: boolean): Promise<PokeResult | undefined> => {
    pokes.push([clock.now() / 1_000, onlyPending]);
    return pokes.length <= 2 ? undefined : { ...idle(), nextAt: clock.now() + 4_000 };
  };
  const realm = { clock, isVisible: () => true, onLife: () => undefined };
  const end = new AbortController();
  pollWhileVisible({ realm, interval: () => 10_000, poke, signal: end.signal });
  for (let passed = 0; passed < 18; passed += 1) {
    await settle();
    clock.advance(1_000);
  }
  await settle();
  end.abort();
  expect(pokes).toEqual([
    [0, false],
    [1, false],
    [3, false],
    [7, true],
    [11, true],
    [13, false],
    [17, true],
  ]);
});
