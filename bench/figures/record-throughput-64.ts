import { FLOOR, PEER_NAMES, PEERS, RELAXED, WATCHED } from '../kit/bench-workers.ts';
import { barOf } from '../kit/bar-of.ts';
import type { Site } from '../kit/bench-session.ts';
import { checkDurability } from '../kit/check-durability.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';

/** Calls in flight. */
const IN_FLIGHT = 64;

/** Durable actions per second, each answered by itself, into a loop without a goal: a queue, as the peers are. */
export const figure: Figure = {
  name: 'record-throughput-64',
  gives: ['record-throughput-64', 'record-throughput-64-vs-packed', 'record-throughput-64-vs-dexie', 'record-throughput-64-vs-workbox', 'record-throughput-64-relaxed'],
  isQuick: true,
  takenOn: 'each backend',
  async measure(bench) {
    const site = await bench.open();
    const { tab } = site;
    // A worker that was stopped meanwhile would have forgotten how durable its transactions were.
    for (const url of [FLOOR, PEERS, RELAXED]) await tab.evaluate((worker) => window.bench.use(worker, 'service'), url);
    await tab.evaluate(() => window.bench.nudgeloop.connect('ours', {}));
    await tab.evaluate(() => window.bench.nudgeloop.connect('with a goal', { loop: 'goal', goalState: { steps: 10_000 }, outboxLimit: 5_000 }));
    await tab.evaluate((url) => window.bench.nudgeloop.connect('relaxed', { database: 'relaxed', serviceWorker: { url } }), RELAXED);
    const rounds = bench.amount(11, 3);
    const count = bench.amount(1_024, 192);
    const few = bench.amount(256, 64);
    const rate = (calls: number, ms: number): number => (calls / ms) * 1_000;
    const raw = async (): Promise<number> =>
      rate(few, Number(await tab.evaluate((url, given) => window.bench.call(url, 'burst', given), FLOOR, { count: few, inFlight: IN_FLIGHT })));
    const packed = async (): Promise<number> =>
      rate(count, await tab.evaluate((url, calls, inFlight) => window.bench.burstRecords(url, 'addPacked', calls, inFlight), FLOOR, count, IN_FLIGHT));
    const peer = (name: string) => async (): Promise<number> =>
      rate(few, Number(await tab.evaluate((url, given) => window.bench.call(url, 'burst', given), PEERS, { peer: name, count: few, inFlight: IN_FLIGHT })));
    const ours = (name: string) => async (): Promise<number> => {
      const ms = await tab.evaluate((client, calls, inFlight) => window.bench.nudgeloop.recordBurst(client, calls, inFlight), name, count, IN_FLIGHT);
      await tab.evaluate((client) => window.bench.nudgeloop.acknowledgeAll(client), name);
      return rate(count, ms);
    };
    const rates: Record<string, number[]> = await interleave(rounds, {
      raw,
      packed,
      ours: ours('ours'),
      relaxed: ours('relaxed'),
      'with a goal': ours('with a goal'),
      ...Object.fromEntries(Object.keys(PEER_NAMES).map((name) => [name, peer(name)])),
    });
    for (const name of ['ours', 'relaxed', 'with a goal']) {
      const held = await tab.evaluate((client) => window.bench.nudgeloop.held(client), name);
      if (held !== count * (rounds + 1)) throw new Error(`${name}: ${held} actions are in the history, not ${count * (rounds + 1)}`);
    }
    const inRows = await tab.evaluate((url) => window.bench.call(url, 'countPacked'), FLOOR);
    if (inRows !== count * (rounds + 1)) throw new Error(`the packed floor holds ${String(inRows)}, not ${count * (rounds + 1)}`);
    for (const name of Object.keys(PEER_NAMES)) {
      const held = await tab.evaluate((url, given) => window.bench.call(url, 'count', given), PEERS, name);
      if (held !== few * (rounds + 1)) throw new Error(`${name} holds ${String(held)}, not ${few * (rounds + 1)}`);
    }
    const peers = Object.keys(PEER_NAMES).length;
    await checkDurability(site, PEERS, 'strict', peers * few * (rounds + 1));
    await checkDurability(site, RELAXED, 'relaxed', rounds + 1);
    await checkShipped(await bench.open());
    const of = (name: string): number[] => rates[name]!;
    const common = { unit: 'actions/s', higherIsBetter: true, ours: of('ours') };
    const bars = [
      barOf('raw, packed, by a port', of('packed')),
      barOf('raw transactions', of('raw')),
      barOf('Nudgeloop', of('ours'), true),
      barOf('Nudgeloop, a goal and a nudge each', of('with a goal'), true),
      barOf('Nudgeloop, relaxed', of('relaxed'), true),
      ...Object.entries(PEER_NAMES).map(([name, label]) => barOf(label, of(name))),
    ];
    return {
      results: [
        compare({ ...common, name: 'record-throughput-64', goal: 7, against: 'raw strict transactions of one record, 64 at once', other: of('raw') }),
        compare({ ...common, name: 'record-throughput-64-vs-packed', goal: 0.7, against: 'raw messages by a port, all that wait in one row, strict', other: of('packed') }),
        compare({ ...common, name: 'record-throughput-64-vs-dexie', goal: 8, against: 'Dexie, 64 adds at once, strict', other: of('dexie') }),
        compare({ ...common, name: 'record-throughput-64-vs-workbox', goal: 15, against: 'Workbox Queue, 64 pushRequest at once, strict', other: of('workbox') }),
        compare({ ...common, name: 'record-throughput-64-relaxed', goal: 1, against: 'a wanted rate of 20,000', ours: of('relaxed'), other: 20_000 }),
      ],
      charts: [{ name: 'record-throughput-64', title: 'Records per second, 64 in flight', unit: 'records/s', higherIsBetter: true, bars }],
    };
  },
};

/** Whether the shipped worker is strict, in a build of it that can be asked; the one that was measured can't. */
async function checkShipped(site: Site): Promise<void> {
  await site.tab.evaluate((url) => window.bench.nudgeloop.connect('watched', { serviceWorker: { url } }), WATCHED);
  await site.tab.evaluate((inFlight) => window.bench.nudgeloop.recordBurst('watched', inFlight, inFlight), IN_FLIGHT);
  await checkDurability(site, WATCHED, 'strict', 1);
}
