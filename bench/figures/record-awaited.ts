import { FLOOR, PEER_NAMES, PEERS } from '../kit/bench-workers.ts';
import { checkDurability } from '../kit/check-durability.ts';
import { barOf } from '../kit/bar-of.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { median } from '../kit/statistics.ts';

/** One durable action, one at a time, in a loop with a goal: from the call in the page to its receipt. */
export const figure: Figure = {
  name: 'record-awaited',
  gives: ['record-awaited'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const site = await bench.open();
    const { tab } = site;
    await tab.evaluate((floor) => window.bench.use(floor, 'service'), FLOOR);
    await tab.evaluate((peers) => window.bench.use(peers, 'service'), PEERS);
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    const count = bench.amount(60, 25);
    const rounds = bench.amount(11, 5);
    const few = bench.amount(20, 8);
    const timePeer = (peer: string) => async (): Promise<number> =>
      median(await tab.evaluate((url, name, times) => window.bench.timePeer(url, name, times), PEERS, peer, few));
    const times = await interleave(rounds, {
      floor: async () => median(await tab.evaluate((url, times) => window.bench.timeRecords(url, 'add', times), FLOOR, count)),
      ours: async () => {
        const measured = await tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), count);
        await tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
        return median(measured);
      },
      ...Object.fromEntries(Object.keys(PEER_NAMES).map((peer) => [peer, timePeer(peer)])),
    });
    const expected = count * (rounds + 1);
    const held = await tab.evaluate(() => window.bench.nudgeloop.held('ours'));
    const stored = await tab.evaluate((url) => window.bench.call(url, 'count'), FLOOR);
    if (held !== expected || stored !== expected) throw new Error(`${expected} were recorded; ${held} are in the history, the floor has ${String(stored)}`);
    await checkDurability(site, PEERS, 'strict', Object.keys(PEER_NAMES).length * few * (rounds + 1));
    const bars = [
      barOf('raw port and transaction', times.floor),
      barOf('Nudgeloop', times.ours, true),
      ...Object.entries(PEER_NAMES).map(([peer, label]) => barOf(label, (times as Record<string, number[]>)[peer]!)),
    ];
    const against = 'raw port round trip and one raw strict transaction';
    return {
      results: [compare({ name: 'record-awaited', goal: 1.2, unit: 'µs', against, ours: times.ours, other: times.floor })],
      charts: [{ name: 'record-awaited', title: 'One durable record, awaited', unit: 'µs', higherIsBetter: false, bars }],
    };
  },
};
