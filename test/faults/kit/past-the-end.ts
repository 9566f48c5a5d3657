/** Points in a row, the first and two more, that must not be reached before a run counts as ended. */
const MISSES = 3;

/**
 * Tells when a run that is killed point by point has ended: a single point that is not reached may lie before its end, on a machine
 * that was slow for once, and would end the row with the rest of the points untried.
 *
 * @returns is told of each point whether it was reached, and whether it was the last
 */
export function pastTheEnd(): (isReached: boolean) => boolean {
  let misses = 0;
  return (isReached) => {
    misses = isReached ? 0 : misses + 1;
    return misses >= MISSES;
  };
}
