import { barOf } from '../kit/bar-of.ts';
import { FLOOR, LIST_PEER_NAMES, PEERS } from '../kit/bench-workers.ts';
import { checkDurability } from '../kit/check-durability.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { STORAGE_LIMIT } from '../site/storage-limit.ts';

/** Actions in one call. */
const SIZE = 100;

/** Durable actions per second when the page records a hundred with each call, one call at a time. */
export const figure: Figure = {
  name: 'record-arrays-of-100',
  gives: ['record-arrays-of-100', 'record-arrays-of-100-vs-packed'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const site = await bench.open();
    const { tab } = site;
    for (const url of [FLOOR, PEERS]) await tab.evaluate((worker) => window.bench.use(worker, 'service'), url);
    await tab.evaluate((storageLimit) => window.bench.nudgeloop.connect('ours', { storageLimit }), STORAGE_LIMIT);
    const calls = bench.amount(50, 20);
    const few = bench.amount(20, 4);
    const rounds = bench.amount(11, 5);
    const rate = (lists: number, ms: number): number => ((lists * SIZE) / ms) * 1_000;
    const inWorker = (url: string, peer?: string) => async (): Promise<number> =>
      rate(few, Number(await tab.evaluate((worker, given) => window.bench.call(worker, 'burstLists', given), url, { peer, calls: few, size: SIZE })));
    const rates: Record<string, number[]> = await interleave(rounds, {
      ours: async () => rate(calls, await tab.evaluate((count, size) => window.bench.nudgeloop.recordBurst('ours', count, 1, size), calls, SIZE)),
      packed: async () => rate(calls, await tab.evaluate((url, count, size) => window.bench.burstRecords(url, 'addPacked', count, 1, size), FLOOR, calls, SIZE)),
      rows: inWorker(FLOOR),
      ...Object.fromEntries(Object.keys(LIST_PEER_NAMES).map((peer) => [peer, inWorker(PEERS, peer)])),
    });
    const [all, allFew] = [calls, few].map((lists) => lists * SIZE * (rounds + 1)) as [number, number];
    const peers = Object.keys(LIST_PEER_NAMES);
    const held = [
      ['ours', all, await tab.evaluate(() => window.bench.nudgeloop.held('ours'))],
      ['packed', all, await tab.evaluate((url) => window.bench.call(url, 'countPacked'), FLOOR)],
      ['rows', allFew, await tab.evaluate((url) => window.bench.call(url, 'count'), FLOOR)],
    ];
    for (const peer of peers) held.push([peer, allFew, await tab.evaluate((url, name) => window.bench.call(url, 'count', name), PEERS, peer)]);
    for (const [name, expected, count] of held) if (count !== expected) throw new Error(`${String(name)}: ${String(count)} are stored, not ${String(expected)}`);
    await checkDurability(site, PEERS, 'strict', peers.length * few * (rounds + 1));
    const of = (name: string): number[] => rates[name]!;
    const common = { unit: 'actions/s', higherIsBetter: true, ours: of('ours') };
    const bars = [
      barOf('raw, a list in a row, by a port', of('packed')),
      barOf('raw, a list in a transaction of rows', of('rows')),
      barOf('Nudgeloop', of('ours'), true),
      ...Object.entries(LIST_PEER_NAMES).map(([peer, label]) => barOf(label, of(peer))),
    ];
    return {
      results: [
        compare({ ...common, name: 'record-arrays-of-100', goal: 1, against: 'a wanted rate of 50,000', other: 50_000 }),
        compare({ ...common, name: 'record-arrays-of-100-vs-packed', goal: 0.7, against: 'raw messages by a port, a list in one row, strict', other: of('packed') }),
      ],
      charts: [{ name: 'record-arrays-of-100', title: 'Records per second, in lists of 100', unit: 'records/s', higherIsBetter: true, bars }],
    };
  },
};
