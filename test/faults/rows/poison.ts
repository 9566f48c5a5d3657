import { look, must, strategyRuns, workedOff } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';

/** The site's strategy fails at poison until the server has this. */
const MENDED = '/mended';

/** How long the first action keeps the strategy busy, so that all others are there when it comes back, in milliseconds. */
const BUSY_MS = 2_500;

/** The first wait after a failure, in milliseconds. */
const WAIT_MS = 1_000;

const BATCH = 100;
const SINGLES = 30;
const TRIES = 3;

interface Letter {
  readonly seq: number;
  readonly attempts: number;
  readonly actions: readonly { readonly n: number }[];
  readonly reason: { readonly code: string };
}

const numbers = (all: readonly { readonly n?: number | undefined }[]): string => all.map(({ n }) => n).join();

/** Poison among good actions. */
export const rows: readonly Row[] = [
  {
    row: 9,
    fault: 'poison actions among good ones, in single calls and in one of a hundred',
    promise: 'The good ones are worked off in one pass and in order; the others are set aside, and can be listed, retried, discarded',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'C10'],
    async run(session) {
      const client = await session.open({
        goalState: { steps: 10_000 },
        pollInterval: WAIT_MS,
        strategy: { type: 'mended' },
        serviceWorker: { url: '/app-worker.js', scope: '/' },
      });
      // Never two side by side: three failures in a row of single actions would rightly stop the whole loop for a while.
      const isPoison = (index: number, shift: number): boolean => index % 10 === shift;
      const shift = session.random.between(1, 8);
      const batch = Array.from({ length: BATCH }, (_, index) => session.number(isPoison(index % 40, shift) && index < 80 ? { poison: true } : {}));
      const singles = Array.from({ length: SINGLES }, (_, index) => session.number(isPoison(index, shift) ? { poison: true } : {}));
      const first = session.number({ takes: BUSY_MS });
      const calls = [client.record(first), ...singles.slice(0, 20).map((action) => client.record(action))];
      calls.push(client.record(batch), ...singles.slice(20).map((action) => client.record(action)));
      const taken = await Promise.all(calls);
      must(taken.every(({ type }) => type === 'ok'), 'not all actions were taken');
      const before = await look(client);
      must(before.pending.length > BATCH, 'the first action did not hold the others up, so there was no single pass to see');

      const all = [first, ...singles.slice(0, 20), ...batch, ...singles.slice(20)];
      const good = all.filter((action) => action['poison'] !== true);
      const bad = all.filter((action) => action['poison'] === true);
      const seen = await workedOff(client, 60_000);
      // A pass ends where an action is tried again that stood alone and failed.
      const runs = strategyRuns(session);
      const again = bad.map(({ n }) => runs.filter(({ ns }) => ns.join() === String(n))[1]?.t ?? Infinity);
      const passEnd = Math.min(...again);
      const late = good.filter(({ n }) => (runs.filter(({ ns }) => ns.includes(n)).at(-1)?.t ?? Infinity) > passEnd);
      must(passEnd < Infinity, 'no poison was ever tried again');
      must(late.length === 0, `${late.length} good actions waited for a poison's next try: ${numbers(late)}`);
      must(numbers(seen.history) === numbers(good), `the good actions are out of order: ${numbers(seen.history)}`);

      const { value } = await client.call('deadLetters.list', []);
      const letters = value as Letter[];
      const set = letters.flatMap(({ actions }) => actions);
      must(numbers([...set].sort((a, b) => a.n - b.n)) === numbers([...bad].sort((a, b) => a.n - b.n)), `the dead letters are ${numbers(set)}`);
      const isRight = letters.every(({ attempts, reason }) => attempts === TRIES && reason.code === 'strategy.failed');
      must(isRight, `not all dead letters carry ${TRIES} attempts and the reason`);

      // Retried before anything is mended, they come back.
      await client.call('deadLetters.retry', [letters.slice(0, 1)]);
      must((await workedOff(client, 30_000)).dead.length === bad.length, 'a retried poison is no dead letter again');

      session.server.swap(MENDED, { body: 'yes' });
      const { value: now } = await client.call('deadLetters.list', []);
      const retried = (now as Letter[]).slice(0, -2);
      const { value: count } = await client.call('deadLetters.retry', [retried]);
      must(count === retried.length, `${String(count)} of ${retried.length} dead letters were retried`);
      const after = await workedOff(client, 30_000);
      const { value: discarded } = await client.call('deadLetters.discard', [(now as Letter[]).slice(-2)]);
      must(discarded === 2, `${String(discarded)} of 2 dead letters were discarded`);
      const expected = [...good, ...retried.flatMap(({ actions }) => actions)];
      must(numbers(after.history) === numbers(expected), `after the retry the history is ${numbers(after.history)}`);
      must((await look(client)).dead.length === 0, 'there are dead letters left');
    },
  },
];
