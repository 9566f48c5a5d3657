import { sleep } from '../../test/faults/kit/wait.ts';

/** Milliseconds between two measurements, in which the browser ends what the last one left to do. */
const PAUSE_MS = 30;

/**
 * Measures variants in turn, so that whatever else the machine does meets all of them. The order is reversed in odd
 * rounds and rotated from one pair of rounds to the next: none of them always comes first, or always follows the same
 * neighbour. Round 0 warms up and is dropped.
 *
 * @param rounds that count
 * @param variants each measures itself once
 * @returns what each measured, by round
 */
export async function interleave<Name extends string, T>(
  rounds: number,
  variants: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(variants) as Name[];
  const measured = Object.fromEntries(names.map((name): [Name, T[]] => [name, []])) as Record<Name, T[]>;
  for (let round = 0; round <= rounds; round += 1) {
    const rotated = names.map((_, index) => names[(index + Math.floor(round / 2)) % names.length]!);
    for (const name of round % 2 === 1 ? rotated.reverse() : rotated) {
      const value = await variants[name]();
      if (round > 0) measured[name].push(value);
      await sleep(PAUSE_MS);
    }
  }
  return measured;
}
