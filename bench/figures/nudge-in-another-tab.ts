import { FLOOR } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { median } from '../kit/statistics.ts';

/**
 * From the call in one tab to the nudge in the listener of another one, one at a time. The second tab says back what it heard, since the
 * clocks of two tabs can't be compared; half of a bare round trip between the two is taken off again.
 */
export const figure: Figure = {
  name: 'nudge-in-another-tab',
  gives: ['nudge-in-another-tab'],
  isQuick: false,
  takenOn: 'each backend',
  async measure(bench) {
    const { origin, tab } = await bench.open();
    const { tab: second } = await bench.open(origin);
    await tab.evaluate((floor) => window.bench.use(floor, 'service'), FLOOR);
    for (const each of [tab, second]) await each.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    await second.evaluate(() => window.bench.echo('ours'));
    const count = bench.amount(60, 25);
    const rounds = bench.amount(11, 5);
    const times = await interleave(rounds, {
      hop: async () => median(await tab.evaluate((times) => window.bench.timePings(times), count)) / 2,
      floor: async () => median(await tab.evaluate((url, times) => window.bench.timeEchoed(url, times), FLOOR, count)),
      async ours() {
        const measured = await tab.evaluate((times) => window.bench.nudgeloop.recordToEcho('ours', times), count);
        await tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
        return median(measured);
      },
    });
    // Of each record and each of the floor's, one: more, and a time may be that of another one.
    const expected = 2 * count * (rounds + 1);
    const sent = await second.evaluate(() => window.bench.echoesSent());
    if (sent !== expected) throw new Error(`the second tab heard ${sent} times of ${expected} records`);
    const oneWay = (measured: readonly number[]): number[] => measured.map((time, round) => time - times.hop[round]!);
    const against = 'raw port message, one raw strict transaction, one broadcast that is heard in the other tab';
    return { results: [compare({ name: 'nudge-in-another-tab', goal: 1.25, unit: 'µs', against, ours: oneWay(times.ours), other: oneWay(times.floor) })] };
  },
};
