import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';

/** Actions in one call. */
const SIZE = 100;

/** Durable actions per second when the page records a hundred with each call, one call at a time. */
export const figure: Figure = {
  name: 'record-arrays-of-100',
  gives: ['record-arrays-of-100'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const { tab } = await bench.open();
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { storageLimit: 1_000_000_000 }));
    const calls = bench.amount(50, 20);
    const rounds = bench.amount(11, 5);
    const { ours } = await interleave(rounds, {
      ours: async () => {
        const ms = await tab.evaluate((count, size) => window.bench.nudgeloop.recordBurst('ours', count, 1, size), calls, SIZE);
        return ((calls * SIZE) / ms) * 1_000;
      },
    });
    const held = await tab.evaluate(() => window.bench.nudgeloop.held('ours'));
    const expected = calls * SIZE * (rounds + 1);
    if (held !== expected) throw new Error(`${held} actions are in the history, not ${expected}`);
    const against = 'a wanted rate of 50,000';
    return { results: [compare({ name: 'record-arrays-of-100', goal: 1, higherIsBetter: true, unit: 'actions/s', against, ours, other: 50_000 })] };
  },
};
