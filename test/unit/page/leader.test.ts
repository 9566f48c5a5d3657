import { expect, test } from 'vitest';
import { createSimulatedClock } from 'nudgeloop/core';
import { createLeader } from '../../../src/page/leader.ts';
import type { PokeResult } from '../../../src/protocol/api.ts';
import { settle } from './fake-browser.ts';

/** A visible tab that pokes a host with the given answers, one after the other; the last one stays. */
async function lead(answers: readonly ((now: number) => PokeResult | undefined)[], interval: number, ms: number): Promise<number[]> {
  const clock = createSimulatedClock(0);
  const end = new AbortController();
  const at: number[] = [];
  const poke = async (): Promise<PokeResult | undefined> => {
    const answer = answers[Math.min(at.push(clock.now()), answers.length) - 1]!(clock.now());
    if (answer === undefined) throw new Error('no room');
    return answer;
  };
  const realm = { clock, locks: undefined, isVisible: () => true, onLife: () => undefined };
  createLeader({ lock: 'lock', realm, interval: () => interval, poke, signal: end.signal });
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
  expect(await lead([refused], 3_600_000, 200_000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
});

test('a tab goes back to its interval once a poke went well, and never pokes less often than it says', async () => {
  expect(await lead([refused, refused, idle], 10_000, 25_000)).toEqual([0, 1, 3, 13, 23]);
  expect(await lead([refused], 5_000, 15_000)).toEqual([0, 1, 3, 7, 12]);
});

test('a tab comes back when the host says so, but not more than once a second', async () => {
  expect(await lead([(now) => ({ ...idle(), nextAt: now + 4_000 })], 60_000, 10_000)).toEqual([0, 4, 8]);
  expect(await lead([(now) => ({ ...idle(), nextAt: now })], 60_000, 2_000)).toEqual([0, 1, 2]);
});
