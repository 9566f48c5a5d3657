import { badAnswers } from '../site/bad-answers.ts';
import type { Client } from '../kit/client.ts';
import { leaveOut, look, must, strategyRuns, workedOff } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';

const judge = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'C10'] as const;

/** How often the product starts a strategy on one action. */
const TRIES = 3;

/** What the site's worker gives a strategy, and the first wait after a failure, in milliseconds. */
const LIMIT_MS = 600;
const WAIT_MS = 300;

/** So many rounds make a run a long one, in which the browser is to end a spinning worker by itself. */
const LONG_ROUNDS = 50;

const optionsOf = (strategyDeadline: number, pollInterval: number) => ({
  goalState: { steps: 10_000 },
  pollInterval,
  strategy: { type: 'worst' },
  serviceWorker: { url: `/app-worker.js?strategyDeadline=${strategyDeadline}`, scope: '/' },
});

/** Records an action, with or without a wish how the strategy is to behave, and gives its number. */
async function give(session: Session, client: Client, wish: Readonly<Record<string, unknown>> = {}): Promise<number> {
  const action = session.number(wish);
  const { type, code } = await client.record(action);
  must(type === 'ok', `action ${action.n} was not taken: ${code}`);
  return action.n;
}

/** Whether a run spins: the newest one is about this action, and it was not there before. */
const isSpinning = (session: Session, n: number, before: number): boolean => {
  const runs = strategyRuns(session);
  return runs.filter(({ ns }) => ns.includes(n)).length > before && runs.at(-1)?.ns.includes(n) === true;
};

/** Strategies that are not to be trusted. */
export const rows: readonly Row[] = [
  {
    row: 6,
    fault: 'a strategy is slower than its limit',
    promise: 'Its time is up, the action waits, the next one proceeds; after a few tries it is a dead letter',
    judge,
    async run(session) {
      const client = await session.open(optionsOf(LIMIT_MS, WAIT_MS));
      const bad: number[] = [];
      for (const wish of [{ strategy: 'never' }, { strategy: 'slow', takes: 400_000 }, { strategy: 'slow', takes: LIMIT_MS * 1.5 }]) {
        const slow = await give(session, client, wish);
        const next = [await give(session, client), await give(session, client)];
        bad.push(slow);
        await until(10_000, async () => next.every((n) => strategyRuns(session).some(({ ns }) => ns.includes(n))));
        const second = strategyRuns(session).filter(({ ns }) => ns.includes(slow))[1]?.t ?? Infinity;
        for (const n of next) must(strategyRuns(session).some(({ t, ns }) => ns.includes(n) && t <= second), `action ${n} waited for the slow ${slow}`);
      }
      const { dead, raw } = await workedOff(client, 60_000);
      for (const n of bad) {
        const letter = dead.find((found) => found.n === n);
        must(letter?.code === 'strategy.timeout', `action ${n} is no dead letter for its time: ${letter?.code ?? 'none'}`);
        const begun = strategyRuns(session).filter(({ ns }) => ns.includes(n));
        must(begun.length === TRIES, `the strategy began ${begun.length} times on action ${n}, not ${TRIES}`);
        const gaps = begun.slice(1).map(({ t }, index) => t - begun[index]!.t - LIMIT_MS - WAIT_MS * 2 ** index);
        must(gaps.every((gap) => gap > -50), `action ${n} was tried again too early, by ${-Math.min(...gaps)} ms`);
      }
      must(raw['dead']!.length > 0, 'nothing was ever too slow');
    },
  },
  {
    row: 7,
    fault: 'a strategy loops for ever',
    promise: 'The try is counted before it runs; after a few the action is a dead letter, and the others are worked off',
    judge,
    isolated: true,
    limit: 900_000,
    async run(session) {
      const isLong = faultOptions.rounds >= LONG_ROUNDS;
      if (!isLong) leaveOut(session, 'a spinning worker that the browser ends by itself', `only with --rounds ${LONG_ROUNDS} or more: it takes a minute each time`);
      const client = await session.open(optionsOf(5_000, WAIT_MS));
      await give(session, client);
      const forever = session.number({ strategy: 'forever' });
      const calls = [client.record(forever), client.record(), client.record()];
      let kills = 0;
      const end = Date.now() + (isLong ? 600_000 : 90_000);
      for (let isOver = false; !isOver && Date.now() < end; ) {
        const isBegun = await until(3_000, () => isSpinning(session, forever.n, kills), 50);
        if (isBegun) {
          const { loops } = await look(client);
          must(Math.max(...loops['default']!.attempts) === kills + 1, `try ${kills + 1} is not counted while it runs`);
          kills += 1;
          if (!isLong) await sleep(session.random.between(100, 2_500));
          // In the long run the browser has to notice by itself; whatever comes next shows that it did.
          if (!isLong) await session.killWorkers();
        }
        const more = client.record();
        if (!isLong) calls.push(more);
        const seen = await look(client);
        isOver = kills > 0 && seen.pending.length === 0;
      }
      await Promise.all(calls);
      const { dead } = await workedOff(client, 30_000);
      must(kills >= 2, `only ${kills} workers were caught in the loop`);
      must(kills <= TRIES, `the strategy began ${kills} times on the looping action`);
      must(dead.length === 1 && dead[0]?.n === forever.n && dead[0].code === 'strategy.timeout', `dead letters: ${JSON.stringify(dead)}`);
    },
  },
  {
    row: 8,
    fault: 'a strategy throws, rejects, answers junk, or changes its input',
    promise: 'A few tries, then a dead letter with the reason; nothing of the junk is stored',
    judge,
    async run(session) {
      const client = await session.open(optionsOf(2_000, 100));
      const bad = new Map<number, string>();
      const good: number[] = [];
      for (const strategy of ['throws', 'rejects', 'junk', ...Object.keys(badAnswers)]) {
        bad.set(await give(session, client, { strategy }), strategy);
        good.push(await give(session, client, { strategy: 'mutates' }), await give(session, client));
        await workedOff(client, 20_000);
      }
      const { dead, nudges, history, raw } = await look(client);
      const broken: string[] = [];
      for (const [n, strategy] of bad) {
        const letter = dead.find((found) => found.n === n);
        const begun = strategyRuns(session).filter(({ ns }) => ns.includes(n)).length;
        if (letter?.code !== 'strategy.failed') broken.push(`"${strategy}" ended as ${letter?.code ?? 'a success'}`);
        else if (begun !== TRIES) broken.push(`"${strategy}" was begun ${begun} times`);
        if (nudges.some(({ ns }) => ns.includes(n))) broken.push(`"${strategy}" brought a nudge`);
      }
      must(broken.length === 0, broken.join('; '));
      must(history.map(({ n }) => n).join() === good.join(), `the history is ${history.map(({ n }) => n).join()}, not ${good.join()}`);
      must(!JSON.stringify(raw).includes('spoiled'), 'a strategy changed what is stored');
    },
  },
];
