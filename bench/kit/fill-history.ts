import type { Site } from './bench-session.ts';
import { TOOLS } from './bench-workers.ts';

/** Actions added in one evaluation, which has a deadline. */
const CHUNK = 50_000;

/** Actions between two signs of progress. */
const SAID = 250_000;

/**
 * Gives a site's loop a history, through the product's own code.
 *
 * @param say is told how far it is, if it is long
 * @throws Error when it is not as long as wanted then
 */
export async function fillHistory(site: Site, count: number, say: (line: string) => void): Promise<void> {
  const held = await fillInChunks(site, 'fillHistory', count, (line) => say(`${line} actions are in the history`));
  if (held !== count) throw new Error(`the history holds ${String(held)} actions, not ${count}`);
}

/** How many actions a site's loop retains. */
export async function countHistory({ tab }: Site): Promise<number> {
  await tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
  return Number(await tab.evaluate((url) => window.bench.call(url, 'countHistory'), TOOLS));
}

/**
 * Fills with an op of the tools, evaluation by evaluation.
 *
 * @returns what the last one answered
 */
export async function fillInChunks({ tab }: Site, op: string, count: number, say: (done: string) => void): Promise<unknown> {
  await tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
  let answer: unknown = 0;
  for (let done = 0; done < count; ) {
    const next = Math.min(count - done, CHUNK);
    answer = await tab.evaluate((url, name, given) => window.bench.call(url, name, given), TOOLS, op, { count: next });
    done += next;
    if (done % SAID === 0) say(`${done.toLocaleString('en-US')} of ${count.toLocaleString('en-US')}`);
  }
  return answer;
}
