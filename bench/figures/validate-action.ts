import { TOOLS } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';

/** Checking and copying 100,000 small actions, in a worker. */
export const figure: Figure = {
  name: 'validate-action',
  gives: ['validate-action'],
  isQuick: true,
  takenOn: 'each engine',
  async measure(bench) {
    const { tab } = await bench.open();
    await tab.evaluate((url) => window.bench.use(url, 'dedicated'), TOOLS);
    const time = (byHand: boolean) => async (): Promise<number> =>
      Number(await tab.evaluate((url, given) => window.bench.call(url, 'timeValidation', given), TOOLS, { count: 100_000, byHand }));
    const times = await interleave(bench.amount(11, 5), { floor: time(true), ours: time(false) });
    const against = 'checks by hand of that one form, with a copy';
    return { results: [compare({ name: 'validate-action', goal: 2, unit: 'ms per 1e5', against, ours: times.ours, other: times.floor })] };
  },
};
