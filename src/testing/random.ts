/**
 * Makes pseudo-random numbers that are the same each time, with a linear congruential generator: Numerical Recipes, "An
 * Even Quicker Generator".
 *
 * @param seed any whole number
 * @returns gives a whole number from 0 to below its argument
 */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
