import type { Site } from './bench-session.ts';
import { TOOLS } from './bench-workers.ts';

/** Actions added in one evaluation, which has a deadline. */
const CHUNK = 100_000;

/**
 * Gives a site's loop a history, through the product's own code.
 *
 * @throws Error when it is not as long as wanted then
 */
export async function fillHistory({ tab }: Site, count: number): Promise<void> {
  await tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
  let held: unknown = 0;
  for (let left = count; left > 0; left -= CHUNK) {
    held = await tab.evaluate((url, given) => window.bench.call(url, 'fillHistory', given), TOOLS, { count: Math.min(left, CHUNK) });
  }
  if (held !== count) throw new Error(`the history holds ${String(held)} actions, not ${count}`);
}
