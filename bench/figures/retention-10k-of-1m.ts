import { TOOLS } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';

/** Actions that go in each round. */
const REMOVED = 10_000;

/** Retention that removes the oldest 10,000 of a million, without page or messages around it. */
export const figure: Figure = {
  name: 'retention-10k-of-1m',
  gives: ['retention-10k-of-1m'],
  isQuick: false,
  isOfStorage: true,
  async measure(bench) {
    const count = bench.amount(1_000_000, 100_000);
    const rounds = bench.amount(9, 4);
    const ours = await bench.open();
    const floor = await bench.open();
    // So many more that even the last round removes from a million.
    const held = count + REMOVED * (rounds + 1);
    await fillHistory(ours, held);
    await floor.tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
    await floor.tab.evaluate((url, given) => window.bench.call(url, 'fillRows', given), TOOLS, { count: held });
    const times = await interleave(rounds, {
      floor: async () => Number(await floor.tab.evaluate((url, given) => window.bench.call(url, 'timeRangeDelete', given), TOOLS, { count: REMOVED })),
      ours: async (round) => {
        const keep = held - REMOVED * (round + 1);
        return Number(await ours.tab.evaluate((url, given) => window.bench.call(url, 'timePrune', given), TOOLS, { keep }));
      },
    });
    const against = 'one strict range delete of as many packed rows';
    return { results: [compare({ name: 'retention-10k-of-1m', goal: 1.2, unit: 'ms', against, ours: times.ours, other: times.floor })] };
  },
};
