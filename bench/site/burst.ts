/**
 * Runs work with so many at once, the next one begun whenever one ends.
 *
 * @returns milliseconds from the first begin to the last end
 */
export async function burst(count: number, inFlight: number, run: (n: number) => Promise<unknown>): Promise<number> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await run(begun);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return performance.now() - start;
}
