import { COUNTED } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import type { Requests } from '../site/count-requests.ts';

/** Wake-ups that are counted. */
const POKES = 10;

/** What one more write or call of a strategy weighs, in read transactions. */
const WEIGHT = 1_000;

/** What a wake-up asks of the database when there is nothing new. */
export const figure: Figure = {
  name: 'wake-with-nothing-new',
  gives: ['wake-with-nothing-new'],
  isQuick: true,
  takenOn: 'one backend',
  async measure(bench) {
    const { tab } = await bench.open();
    const options = { serviceWorker: { url: COUNTED }, strategy: { type: 'counted' }, goalState: { steps: 10_000 } };
    await tab.evaluate((given) => window.bench.nudgeloop.connect('ours', given), options);
    await tab.evaluate((url) => window.bench.use(url, 'service'), COUNTED);
    const take = async () => (await tab.evaluate((url) => window.bench.call(url, 'take'), COUNTED)) as Requests & { strategyCalls: number };
    await tab.evaluate(() => window.bench.nudgeloop.recordEach('ours', 5));
    await tab.evaluate(() => window.bench.nudgeloop.poke('ours'));
    const before = await take();
    if (before.writes === 0 || before.strategyCalls === 0) throw new Error(`nothing was counted: ${JSON.stringify(before)}`);
    const costs: number[] = [];
    let last = before;
    for (let poke = 0; poke < POKES; poke += 1) {
      const { processed, polled } = await tab.evaluate(() => window.bench.nudgeloop.poke('ours'));
      if (processed + polled > 0) throw new Error('there was something new');
      last = await take();
      costs.push(last.readonly + WEIGHT * (last.readwrite + last.writes + last.strategyCalls));
    }
    const note = `a wake-up: ${last.readonly} read transactions with ${last.reads} requests, ${last.readwrite} write transactions, ${last.strategyCalls} strategy calls`;
    const against = 'one read transaction; a write or a strategy call weighs 1,000';
    return { results: [compare({ name: 'wake-with-nothing-new', goal: 1, unit: 'transactions', against, ours: costs, other: 1, note })] };
  },
};
