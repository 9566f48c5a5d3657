import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';
import { interleave } from '../kit/interleave.ts';
import { mean } from '../kit/statistics.ts';
import type { Site } from '../kit/bench-session.ts';

/** Unacknowledged nudges that fill an outbox without options. */
const FULL = 1_000;

/** Nudges that may be missing from a full outbox, since as many make room at once, with the one that needs it. */
const ROOM = FULL / 16 + 1;

/** What an action costs in an app that acknowledges nothing, once its outbox is full: each nudge needs room that older ones have to make. */
export const figure: Figure = {
  name: 'cost-with-full-outbox',
  gives: ['cost-with-full-outbox'],
  isQuick: false,
  takenOn: 'each backend',
  async measure(bench) {
    const sites = { full: await bench.open(), empty: await bench.open() };
    for (const { tab } of Object.values(sites)) await tab.evaluate(() => window.bench.nudgeloop.connect('ours', { goalState: { steps: 10_000 } }));
    await sites.full.tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), FULL);
    // A sixteenth of the nudges makes room at once: often enough for that to count in each round, and the mean, since the median would hide it.
    const count = FULL / 4;
    const record = (site: Site): Promise<number> => site.tab.evaluate((times) => window.bench.nudgeloop.recordEach('ours', times), count).then(mean);
    const outboxOf = (site: Site) => site.tab.evaluate(() => window.bench.nudgeloop.outbox('ours'));
    let { dropped } = await outboxOf(sites.full);
    const rounds = bench.amount(9, 3);
    const times = await interleave(rounds, {
      full: async () => {
        const cost = await record(sites.full);
        const outbox = await outboxOf(sites.full);
        const isFull = outbox.dropped > dropped && outbox.count > FULL - ROOM && outbox.count <= FULL;
        if (!isFull) throw new Error(`the outbox was not full: ${JSON.stringify(outbox)}, with ${dropped} dropped before`);
        ({ dropped } = outbox);
        return cost;
      },
      empty: async () => {
        const cost = await record(sites.empty);
        const acknowledged = await sites.empty.tab.evaluate(() => window.bench.nudgeloop.acknowledgeAll('ours'));
        const outbox = await outboxOf(sites.empty);
        if (acknowledged !== count || outbox.count + outbox.dropped > 0) throw new Error(`${acknowledged} of ${count} nudges were acknowledged: ${JSON.stringify(outbox)}`);
        return cost;
      },
    });
    for (const [name, actions] of [['full', FULL], ['empty', 0]] as const) {
      const held = await sites[name].tab.evaluate(() => window.bench.nudgeloop.held('ours'));
      const recorded = actions + count * (rounds + 1);
      if (held !== recorded) throw new Error(`${held} actions are held beside the ${name} outbox, not ${recorded}`);
    }
    const against = 'the same with an outbox that is acknowledged';
    return { results: [compare({ name: 'cost-with-full-outbox', goal: 1.2, unit: 'µs', against, ours: times.full, other: times.empty })] };
  },
};
