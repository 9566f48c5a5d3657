import { FLOOR } from '../kit/bench-workers.ts';
import { barOf } from '../kit/bar-of.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { quantile } from '../kit/statistics.ts';

/**
 * From the call in the page to the nudge in its listener there, one at a time. The answer brings the nudge; the floor is what the goal
 * names, and ends with a broadcast to the same page. What a broadcast costs us too is in `nudge-in-another-tab`.
 */
export const figure: Figure = {
  name: 'record-to-nudge',
  gives: ['record-to-nudge', 'record-to-nudge-p99'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const { tab } = await bench.open();
    await tab.evaluate((floor) => window.bench.use(floor, 'service'), FLOOR);
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    // As many in a row as in `record-awaited`, so that the outbox is as full; and several times, so that a round has a slowest per cent.
    const count = bench.amount(60, 25);
    const bursts = bench.amount(3, 2);
    const repeat = async (measure: () => Promise<number[]>): Promise<number[]> => {
      const times: number[] = [];
      for (let burst = 0; burst < bursts; burst += 1) times.push(...(await measure()));
      return times;
    };
    const times = await interleave(bench.amount(11, 5), {
      floor: () => repeat(() => tab.evaluate((url, times) => window.bench.timeTold(url, times), FLOOR, count)),
      ours: () =>
        repeat(async () => {
          const measured = await tab.evaluate((times) => window.bench.nudgeloop.recordToNudge('ours', times), count);
          await tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
          return measured;
        }),
    });
    const at = (q: number) => ({
      ours: times.ours.map((round) => quantile(round, q)),
      other: times.floor.map((round) => quantile(round, q)),
    });
    const against = 'raw port message, one raw strict transaction, one broadcast';
    const bars = [
      barOf('raw, with a broadcast', at(0.5).other),
      barOf('Nudgeloop', at(0.5).ours, true),
      barOf('raw, p99', at(0.99).other),
      barOf('Nudgeloop, p99', at(0.99).ours, true),
    ];
    return {
      results: [
        compare({ name: 'record-to-nudge', goal: 1.25, unit: 'µs', against, ...at(0.5) }),
        compare({ name: 'record-to-nudge-p99', goal: 1.5, unit: 'µs', against: `${against}; p99 of each round`, ...at(0.99) }),
      ],
      charts: [{ name: 'record-to-nudge', title: 'From a call to its nudge in the same tab', unit: 'µs', higherIsBetter: false, bars }],
    };
  },
};
