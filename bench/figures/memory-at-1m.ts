import { readFile } from 'node:fs/promises';
import type { ChromiumBrowser } from '../../test/faults/engines/chromium.ts';
import { sleep } from '../../test/faults/kit/wait.ts';
import type { BenchSession, Site } from '../kit/bench-session.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import { STORAGE_LIMIT } from '../site/storage-limit.ts';

/** Milliseconds in which a browser comes to rest. */
const REST_MS = 1_500;

/** What the renderers hold when a million actions are retained, beyond what they hold with 100. */
export const figure: Figure = {
  name: 'memory-at-1m',
  gives: ['memory-at-1m'],
  isQuick: false,
  takenOn: 'each backend',
  notIn: {
    firefox: 'it asks DevTools for the renderers',
    ...(process.platform === 'linux' ? {} : { chromium: 'it reads /proc, which only Linux has' }),
  },
  async measure(bench) {
    const { session } = bench;
    const few = await bench.open();
    await fillHistory(few, 100, bench.say);
    const many = await bench.openLong();
    await session.browser.close();
    const measure = (origin: string) => () => measureOnce(session, origin);
    const held = await interleave(bench.amount(7, 2), { few: measure(few.origin), many: measure(many.origin) });
    await session.launch();
    // Below 0 where the browser with the short history holds more, by chance: cut off, it would make the others' median too large.
    const ours = held.many.map((value, round) => value - held.few[round]!);
    const against = 'a wanted growth of 5 MB; proportional set size of all renderers after 20 records';
    return { results: [compare({ name: 'memory-at-1m', goal: 1, unit: 'MB', against, ours, other: 5 })] };
  },
};

/** Megabytes of all renderers of a new browser, after some work. */
async function measureOnce(session: BenchSession, origin: string): Promise<number> {
  await session.launch();
  const { tab }: Site = await session.open(origin);
  await tab.evaluate((storageLimit) => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 }, storageLimit }), STORAGE_LIMIT);
  await tab.evaluate(() => window.bench.nudgeloop.recordEach('ours', 20));
  await sleep(REST_MS);
  const renderers = (await (session.browser as ChromiumBrowser).processes()).filter(({ type }) => type === 'renderer');
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
