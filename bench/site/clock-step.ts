/** The largest step of a clock that is fine enough, in milliseconds. An isolated clock has 0.005, in Firefox 0.02. */
export const FINE_MS = 0.05;

/** The smallest of some steps of this realm's clock, in milliseconds. */
export function clockStep(): number {
  let step = Infinity;
  let last = performance.now();
  for (let steps = 0; steps < 10; ) {
    const now = performance.now();
    if (now === last) continue;
    step = Math.min(step, now - last);
    last = now;
    steps += 1;
  }
  return step;
}
