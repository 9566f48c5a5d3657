import { TOOLS } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillInChunks } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import type { Site } from '../kit/bench-session.ts';

/** Actions that go in each round. */
const REMOVED = 10_000;

/** Retention that removes the oldest 10,000 of a million, without page or messages around it. */
export const figure: Figure = {
  name: 'retention-10k-of-1m',
  gives: ['retention-10k-of-1m', 'retention-10k-of-1m-vs-packed'],
  isQuick: false,
  takenOn: 'each backend',
  async measure(bench) {
    // Each on an origin of its own, so that no log is shared. In each round all have about as many left.
    const sites = { ours: await bench.openLong(), rows: await bench.open(), packed: await bench.open() };
    const { count } = sites.ours;
    await sites.ours.tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
    await fillInChunks(sites.rows, 'fillRows', count, (done) => bench.say(`${done} raw rows are filled`));
    await fillInChunks(sites.packed, 'fillPacked', count, () => undefined);
    const time = (site: Site, op: string) => async (): Promise<number> =>
      Number(await site.tab.evaluate((url, name, given) => window.bench.call(url, name, given), TOOLS, op, { count: REMOVED }));
    const times = await interleave(bench.amount(9, 4), {
      rows: time(sites.rows, 'timeDeleteRows'),
      packed: time(sites.packed, 'timeDeletePacked'),
      ours: time(sites.ours, 'timePrune'),
    });
    const common = { goal: 1.2, unit: 'ms', ours: times.ours };
    const note = bench.quick ? `a quick run: ${count.toLocaleString('en-US')} actions instead of 1,000,000` : undefined;
    return {
      results: [
        compare({ ...common, name: 'retention-10k-of-1m', against: 'one strict range delete of 10,000 rows of one record', other: times.rows, note }),
        compare({
          ...common,
          name: 'retention-10k-of-1m-vs-packed',
          against: 'one strict range delete of 10,000 records in rows of 256, as Nudgeloop has them',
          other: times.packed,
          note,
        }),
      ],
    };
  },
};
