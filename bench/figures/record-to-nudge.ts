import { FLOOR } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { median, quantile } from '../kit/statistics.ts';

/** From the call in the page to the nudge in its listener, one at a time. */
export const figure: Figure = {
  name: 'record-to-nudge',
  gives: ['record-to-nudge', 'record-to-nudge-p99'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const { tab } = await bench.open();
    await tab.evaluate((floor) => window.bench.use(floor, 'service'), FLOOR);
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    const count = bench.amount(200, 50);
    const times = await interleave(bench.amount(11, 5), {
      floor: () => tab.evaluate((url, times) => window.bench.timeTold(url, times), FLOOR, count),
      async ours() {
        const measured = await tab.evaluate((times) => window.bench.nudgeloop.recordToNudge('ours', times), count);
        await tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
        return measured;
      },
    });
    const at = (q: number) => ({
      ours: times.ours.map((round) => quantile(round, q)),
      other: times.floor.map((round) => quantile(round, q)),
    });
    const against = 'raw port message, one raw strict transaction, one broadcast';
    const bars = [
      { label: 'raw, with a broadcast', value: median(at(0.5).other), isOurs: false },
      { label: 'Nudgeloop', value: median(at(0.5).ours), isOurs: true },
      { label: 'raw, p99', value: median(at(0.99).other), isOurs: false },
      { label: 'Nudgeloop, p99', value: median(at(0.99).ours), isOurs: true },
    ];
    return {
      results: [
        compare({ name: 'record-to-nudge', goal: 1.25, unit: 'µs', against, ...at(0.5) }),
        compare({ name: 'record-to-nudge-p99', goal: 1.5, unit: 'µs', against: `${against}; p99 of each round`, ...at(0.99) }),
      ],
      charts: [{ name: 'record-to-nudge', title: 'From a call to its nudge', unit: 'µs', higherIsBetter: false, bars }],
    };
  },
};
