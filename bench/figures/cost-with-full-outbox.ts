import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { mean } from '../kit/statistics.ts';
import type { Site } from '../kit/bench-session.ts';

/** Unacknowledged nudges that fill an outbox without options. */
const FULL = 1_000;

/** What an action costs in an app that acknowledges nothing, once its outbox is full: each nudge needs room that older ones have to make. */
export const figure: Figure = {
  name: 'cost-with-full-outbox',
  gives: ['cost-with-full-outbox'],
  isQuick: false,
  takenOn: 'each backend',
  async measure(bench) {
    const sites = { full: await bench.open(), empty: await bench.open() };
    for (const { tab } of Object.values(sites)) await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    await sites.full.tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), FULL);
    // A sixteenth of the nudges makes room at once: often enough for that to count in each round, and the mean, since the median would hide it.
    const count = FULL / 4;
    const record = (site: Site): Promise<number> => site.tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), count).then(mean);
    const times = await interleave(bench.amount(9, 3), {
      full: () => record(sites.full),
      empty: async () => {
        const cost = await record(sites.empty);
        await sites.empty.tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
        return cost;
      },
    });
    const against = 'the same with an outbox that is acknowledged';
    return { results: [compare({ name: 'cost-with-full-outbox', goal: 1.2, unit: 'µs', against, ours: times.full, other: times.empty })] };
  },
};
