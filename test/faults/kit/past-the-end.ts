/** How many points in a row, the first and two more, must not be reached before a run counts as ended. */
const MISSES = 3;

/**
 * Tells when a run that is killed point by point has ended. On a machine that was slow for a moment, a single point
 * that is not reached may be before the end; stopping there would leave the remaining points untested.
 *
 * @returns takes for each point whether it was reached, and returns whether it was the last
 */
export function pastTheEnd(): (isReached: boolean) => boolean {
  let misses = 0;
  return (isReached) => {
    misses = isReached ? 0 : misses + 1;
    return misses >= MISSES;
  };
}
