import { sleep } from '../../test/faults/kit/wait.ts';
import { COUNTED } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import type { Site } from '../kit/bench-session.ts';
import type { Requests } from '../site/count-requests.ts';

/** Milliseconds after which Chromium has closed what nobody has open any more: it takes about two seconds. */
const CLOSED_MS = 3_500;

/** The first answer of a worker that was stopped and whose database was closed, with a long history and a short one. */
export const figure: Figure = {
  name: 'open-at-1m',
  gives: ['open-at-1m', 'open-at-1m-slow-requests'],
  isQuick: false,
  takenOn: 'each backend',
  async measure(bench) {
    const few = await bench.open();
    await fillHistory(few, 100, bench.say);
    const many = await bench.openLong();
    for (const { tab } of [few, many]) {
      await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { storageLimit: 1_000_000_000 }));
    }
    const time = (site: Site) => async (): Promise<number> => {
      await bench.session.browser.stopWorkers();
      await sleep(CLOSED_MS);
      return site.tab.evaluate(() => window.bench.nudgeloop.readNewest('ours'));
    };
    const times = await interleave(bench.amount(7, 3), { few: time(few), many: time(many) });
    const { slow, note } = await countSlow(many);
    return {
      results: [
        compare({ name: 'open-at-1m', goal: 1.2, unit: 'ms', against: 'the same with 100 retained', ours: times.many, other: times.few }),
        // As a sum of one and what is wanted not to be, since a ratio to nothing is none.
        compare({ name: 'open-at-1m-slow-requests', goal: 1, unit: 'requests + 1', against: 'none', ours: [slow + 1], other: 1, note }),
      ],
    };
  },
};

/** Counts requests that cost more the longer the history is, in a test build of the worker over a copy of its own. */
async function countSlow(site: Site): Promise<{ slow: number; note: string }> {
  const options = { database: 'counted', serviceWorker: { url: COUNTED } };
  await site.tab.evaluate((given) => window.bench.nudgeloop.connect('counted', given), options);
  await site.tab.evaluate(() => window.bench.nudgeloop.recordEach('counted', 3));
  await site.tab.evaluate(() => window.bench.nudgeloop.readNewest('counted'));
  await site.tab.evaluate((url) => window.bench.use(url, 'service'), COUNTED);
  const { counts, reverseCursors, fullScans, reads } = (await site.tab.evaluate((url) => window.bench.call(url, 'take'), COUNTED)) as Requests;
  if (reads === 0) throw new Error('no request was counted');
  return { slow: counts + reverseCursors + fullScans, note: `${counts} counts, ${reverseCursors} reverse cursors, ${fullScans} full scans among ${reads} reads of an open, three records and a look` };
}
