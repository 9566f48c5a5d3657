import { barOf } from '../kit/bar-of.ts';
import { LOOKING_BACK, TOOLS } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import { median } from '../kit/statistics.ts';
import type { Site } from '../kit/bench-session.ts';
import { STORAGE_LIMIT } from '../site/storage-limit.ts';

/** Retained actions when a history is short. */
const FEW = 100;

/** Actions of the history that the rewriting port rewrites. */
const REWRITTEN = 10_000;

/**
 * What an event costs when a long history is retained, against a short one, and against rewriting it all: in a loop with a goal, whose
 * strategy looks at a hundred actions and gives a nudge for each.
 */
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
    const options = { serviceWorker: { url: LOOKING_BACK }, strategy: { type: 'looks-back' }, goalState: { steps: 10_000 }, storageLimit: STORAGE_LIMIT };
    const acknowledge = ({ tab }: Site): Promise<number> => tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
    for (const site of Object.values(sites)) {
      await site.tab.evaluate((given) => window.bench.nudgeloop.connect('ours', given), options);
      // A goal that is new is told to the newest action.
      await acknowledge(site);
    }
    await sites.some.tab.evaluate((url, count) => window.bench.call(url, 'fillRewritten', { count }), TOOLS, REWRITTEN);
    const count = bench.amount(60, 20);
    const record = (site: Site) => async (): Promise<number> => {
      const times = await site.tab.evaluate((events) => window.bench.nudgeloop.recordEach('ours', events), count);
      const nudges = await acknowledge(site);
      if (nudges < count) throw new Error(`${nudges} nudges for ${count} actions`);
      return median(times);
    };
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
      barOf(`Nudgeloop, ${FEW} retained`, times.few, true),
      barOf(`Nudgeloop, ${many} retained`, times.many, true),
      barOf('one value of 10,000, written anew', times.oneValue),
      barOf('10,000 rows, written anew', times.rows),
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
