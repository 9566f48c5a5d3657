import { readFile } from 'node:fs/promises';
import { sleep } from '../../test/faults/kit/wait.ts';
import type { BenchSession, Site } from '../kit/bench-session.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';

/** Milliseconds in which a browser comes to rest. */
const REST_MS = 1_500;

/** What the renderers hold when a million actions are retained, beyond what they hold with 100. Linux only. */
export const figure: Figure = {
  name: 'memory-at-1m',
  gives: ['memory-at-1m'],
  isQuick: false,
  isOfStorage: true,
  async measure(bench) {
    const session = await bench.ownSession();
    const origins: string[] = [];
    for (const count of [100, bench.amount(1_000_000, 100_000)]) {
      const site = await session.open();
      await fillHistory(site, count);
      origins.push(site.origin);
    }
    await session.browser.close();
    const measure = (origin: string) => () => measureOnce(session, origin);
    const held = await interleave(bench.amount(7, 2), { few: measure(origins[0]!), many: measure(origins[1]!) });
    await session.launch();
    const ours = held.many.map((value, round) => Math.max(0, value - held.few[round]!));
    const against = 'a wanted growth of 5 MB; proportional set size of all renderers after 20 records';
    return { results: [compare({ name: 'memory-at-1m', goal: 1, unit: 'MB', against, ours, other: 5 })] };
  },
};

/** Megabytes of all renderers of a new browser, after some work. */
async function measureOnce(session: BenchSession, origin: string): Promise<number> {
  await session.launch();
  const { tab }: Site = await session.open(origin);
  await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 }, storageLimit: 1_000_000_000 }));
  await tab.evaluate(() => window.bench.nudgeloop.recordEach('ours', 20));
  await sleep(REST_MS);
  const renderers = (await session.browser.processes()).filter(({ type }) => type === 'renderer');
  let kilobytes = 0;
  for (const { pid } of renderers) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const found = /^Pss:\s+(\d+) kB$/m.exec(rollup);
    if (found === null) throw new Error('a renderer does not tell its memory');
    kilobytes += Number(found[1]);
  }
  await session.browser.close();
  return kilobytes / 1_000;
}
