import type { Durabilities } from '../site/watch-durability.ts';
import type { Site } from './bench-session.ts';

/**
 * Asks a worker how durable its transactions were: an option that is not passed on would measure something else.
 *
 * @param least how many there must be
 * @throws Error when one was of another durability, or too few were counted
 */
export async function checkDurability({ tab }: Site, worker: string, wanted: 'strict' | 'relaxed', least: number): Promise<void> {
  await tab.evaluate((url) => window.bench.use(url, 'service'), worker);
  const counted = (await tab.evaluate((url) => window.bench.call(url, 'durabilities'), worker)) as Durabilities;
  const all = Object.values(counted).reduce((sum, count) => sum + count, 0);
  if (counted[wanted] < least || counted[wanted] !== all) throw new Error(`${worker} was to be ${wanted}: ${JSON.stringify(counted)}, wanted at least ${least}`);
}
