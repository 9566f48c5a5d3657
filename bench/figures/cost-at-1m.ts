import { TOOLS } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import { median } from '../kit/statistics.ts';
import type { Site } from '../kit/bench-session.ts';

/** Retained actions when a history is short. */
const FEW = 100;

/** Actions of the history that the rewriting port rewrites. */
const REWRITTEN = 10_000;

/** What an event costs when a long history is retained, against a short one, and against rewriting it all. */
export const figure: Figure = {
  name: 'cost-at-1m',
  gives: ['cost-at-1m', 'cost-vs-rewrite-all', 'cost-vs-rewrite-one-value'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    // Each on an origin of its own: LevelDB keeps all databases of one origin in one log.
    const sites = { few: await bench.open(), many: await bench.openLong(), some: await bench.open() };
    await fillHistory(sites.few, FEW, bench.say);
    await fillHistory(sites.some, REWRITTEN, bench.say);
    for (const { tab } of Object.values(sites)) {
      await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { storageLimit: 1_000_000_000 }));
    }
    await sites.some.tab.evaluate((url, count) => window.bench.call(url, 'fillRewritten', { count }), TOOLS, REWRITTEN);
    const count = bench.amount(60, 20);
    const record = (site: Site) => async (): Promise<number> =>
      median(await site.tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), count));
    const rewrite = (op: string) => async (): Promise<number> =>
      Number(await sites.some.tab.evaluate((url, name) => window.bench.call(url, name), TOOLS, op));
    const times = await interleave(bench.amount(11, 4), {
      few: record(sites.few),
      many: record(sites.many),
      some: record(sites.some),
      oneValue: rewrite('timeOneValue'),
      rows: rewrite('timeRows'),
    });
    const many = sites.many.count.toLocaleString('en-US');
    const note = bench.quick ? `a quick run: ${many} actions instead of 1,000,000` : undefined;
    const bars = [
      { label: `Nudgeloop, ${FEW} retained`, value: median(times.few), isOurs: true },
      { label: `Nudgeloop, ${many} retained`, value: median(times.many), isOurs: true },
      { label: 'one value of 10,000, written anew', value: median(times.oneValue), isOurs: false },
      { label: '10,000 rows, written anew', value: median(times.rows), isOurs: false },
    ];
    const rewriting = { goal: 0.001, unit: 'µs', ours: times.some };
    return {
      results: [
        compare({ name: 'cost-at-1m', goal: 1.2, unit: 'µs', against: `the same with ${FEW} retained`, ours: times.many, other: times.few, note }),
        compare({ ...rewriting, name: 'cost-vs-rewrite-all', against: 'reading, clearing and writing back a history of 10,000 rows', other: times.rows }),
        compare({
          ...rewriting,
          name: 'cost-vs-rewrite-one-value',
          against: 'reading and writing back a history of 10,000 that is one value',
          other: times.oneValue,
          note: 'the kindest form of a loop that rewrites its history: one request to read, one to write; the goal is that of the rows',
        }),
      ],
      charts: [{ name: 'cost-at-1m', title: 'One action into a long history', unit: 'µs', higherIsBetter: false, bars }],
    };
  },
};
