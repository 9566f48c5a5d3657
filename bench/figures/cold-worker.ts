import { COLD } from '../kit/bench-workers.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';

/** From a call that finds the worker stopped, to its durable receipt. */
export const figure: Figure = {
  name: 'cold-worker',
  gives: ['cold-worker'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const { tab } = await bench.open();
    const { browser } = bench.session;
    await tab.evaluate((url) => window.bench.register(url), COLD);
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    const rounds = bench.amount(11, 7);
    const times = await interleave(rounds, {
      async floor() {
        await browser.stopWorkers();
        return tab.evaluate((url) => window.bench.timeMessage(url), COLD);
      },
      async ours() {
        await browser.stopWorkers();
        const [time] = await tab.evaluate(() => window.bench.nudgeloop.recordEach('ours', 1));
        return time! / 1_000;
      },
    });
    const held = await tab.evaluate(() => window.bench.nudgeloop.held('ours'));
    if (held !== rounds + 1) throw new Error(`${held} actions are in the history, not ${rounds + 1}`);
    const against = 'an empty worker, raw open, one strict add';
    return { results: [compare({ name: 'cold-worker', goal: 1.2, unit: 'ms', against, ours: times.ours, other: times.floor })] };
  },
};
