import type { SimulatedClock } from 'nudgeloop/core';
import { createRandom } from '../../../src/testing/random.ts';
import { turn } from '../../../src/testing/settle.ts';

/** Chance that a seed decides: a number below another, and one of several. */
export function createChance(seed: number) {
  const random = createRandom(seed);
  // Its first numbers are alike for seeds that are.
  for (let skipped = 0; skipped < 8; skipped += 1) random(2);
  const one = <T>(...from: readonly T[]): T => from[random(from.length)]!;
  return { random, one };
}

/** Makes a function that lets time pass from one timer to the next, with what each brings about. */
export function advancing(clock: SimulatedClock): (ms: number) => Promise<void> {
  return async (ms) => {
    const end = clock.now() + ms;
    for (let next = clock.now(); next <= end; next = clock.nextAt() ?? Infinity) {
      clock.advance(Math.max(0, next - clock.now()));
      await turn();
    }
    clock.advance(end - clock.now());
    await turn();
  };
}
