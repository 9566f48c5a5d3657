import { sleep } from '../../test/faults/kit/wait.ts';
import { COUNTED } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { fillHistory } from '../kit/fill-history.ts';
import { interleave } from '../kit/interleave.ts';
import type { Site } from '../kit/bench-session.ts';
import type { Requests } from '../site/count-requests.ts';
import { STORAGE_LIMIT } from '../site/storage-limit.ts';

/** Milliseconds after which Chromium has closed what nobody has open any more: it takes about two seconds. */
const CLOSED_MS = 3_500;

/** Actions that are recorded while requests are counted. */
const COUNTED_ACTIONS = 3;

/**
 * Rows of journals that all of an open, those actions and a look may read. A strategy that looks at a hundred actions needs some twenty;
 * the whole history has thousands.
 */
const MOST_ROWS = 300;

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
      await tab.evaluate((storageLimit) => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 }, storageLimit }), STORAGE_LIMIT);
    }
    const time = (site: Site) => async (): Promise<number> => {
      await bench.session.browser.stopWorkers();
      await sleep(CLOSED_MS);
      return site.tab.evaluate(() => window.bench.nudgeloop.readNewest('ours'));
    };
    const times = await interleave(bench.amount(7, 3), { few: time(few), many: time(many) });
    const { slow, note } = await countSlow(await bench.openLong());
    return {
      results: [
        compare({ name: 'open-at-1m', goal: 1.2, unit: 'ms', against: 'the same with 100 retained', ours: times.many, other: times.few }),
        // As a sum of one and what is wanted not to be, since a ratio to nothing is none.
        compare({ name: 'open-at-1m-slow-requests', goal: 1, unit: 'requests + 1', against: 'none', ours: [slow + 1], other: 1, note }),
      ],
    };
  },
};

/** Counts requests that cost more the longer the history is, in a test build of the worker that opens the long history itself. */
async function countSlow({ tab }: Site): Promise<{ slow: number; note: string }> {
  const options = { serviceWorker: { url: COUNTED }, strategy: { type: 'looks-back' }, goalState: { steps: 10_000 }, storageLimit: STORAGE_LIMIT };
  await tab.evaluate((given) => window.bench.nudgeloop.connect('counted', given), options);
  await tab.evaluate((count) => window.bench.nudgeloop.recordEach('counted', count), COUNTED_ACTIONS);
  await tab.evaluate(() => window.bench.nudgeloop.readNewest('counted'));
  await tab.evaluate((url) => window.bench.use(url, 'service'), COUNTED);
  const { counts, reverseReads, fullScans, rows, reads } = (await tab.evaluate((url) => window.bench.call(url, 'take'), COUNTED)) as Requests;
  // A worker that has just begun must read what its strategy looks at.
  if (reads === 0 || rows === 0) throw new Error(`${reads} reads with ${rows} rows were counted`);
  const nudges = await tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('counted'));
  if (nudges < COUNTED_ACTIONS) throw new Error(`${nudges} nudges for ${COUNTED_ACTIONS} actions`);
  const asked = `${counts} counts, ${reverseReads} reads backwards, ${fullScans} without a range, ${rows} rows of journals where ${MOST_ROWS} may be`;
  const note = `${asked}, in ${reads} reads of an open, ${COUNTED_ACTIONS} records and a look`;
  return { slow: counts + reverseReads + fullScans + Number(rows > MOST_ROWS), note };
}
