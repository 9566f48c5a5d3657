import type { Client, Outcome } from '../kit/client.ts';
import { faultOptions } from '../kit/options.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep } from '../kit/wait.ts';

/** More points than any of these calls passes; a run that does not end before that is a defect of the kit. */
const MOST_POINTS = 1_500;

/** A run with fewer than these was not killed where it should have been. */
const FEWEST_POINTS = 4;

/**
 * How long after an answer a worker is taken to be done with what follows from it, in milliseconds. It costs once a
 * scenario; too short, a busy machine ends that early.
 */
const QUIET_MS = 1_000;

/** Every n-th point only, in the short run. */
const QUICK_STEP = 12;

/** The client's seconds pass ten times faster, so that a lost message is sent again after a tenth of one. */
const fast = { speed: 10, deadline: 100_000, pollInterval: 3_600_000 } as const;

/** One kind of call, killed at each of its points. */
interface Scenario {
  readonly name: string;
  readonly options: Parameters<Session['open']>[0];
  /** What has to be there before the worker is armed. */
  readonly prepare?: (client: Client) => Promise<unknown>;
  readonly act: (client: Client, round: number, prepared: unknown) => Promise<Outcome>;
}

const goalState = { steps: 10_000 };

const scenarios: readonly Scenario[] = [
  { name: 'record, trusted strategy', options: { ...fast, goalState }, act: (client) => client.record() },
  {
    name: 'record, drained by an untrusted strategy',
    options: { ...fast, goalState, serviceWorker: { url: '/app-worker.js', scope: '/' }, strategy: { type: 'good' } },
    // What the last round left is done first: an action that is met twice may step behind the others.
    prepare: (client) => client.poke(),
    act: (client) => client.record(),
  },
  {
    name: 'acknowledge',
    options: { ...fast, goalState },
    async prepare(client) {
      await client.record();
      return (await client.nudges()).value;
    },
    act: (client, _round, nudges) => client.acknowledge(nudges),
  },
  {
    name: 'setGoalState',
    options: { ...fast, goalState },
    prepare: (client) => client.record(),
    act: (client, round) => client.setGoalState({ steps: 10_000 + round }),
  },
];

/** Kills the worker at its first point, its second, and so on, until a run ends before it comes to its point. */
async function killEverywhere(session: Session, { name, options, prepare, act }: Scenario, step: number): Promise<void> {
  const client = await session.open(options);
  let points = 0;
  for (let point = 1; point < MOST_POINTS; point += step) {
    const prepared = await prepare?.(client);
    await session.arm(client, point);
    const call = act(client, point, prepared);
    const isOver = call.then(() => sleep(QUIET_MS));
    // Where no answer comes the worker stands at its point, or is about to.
    const isReached = await Promise.race([session.killed(point, 30_000), isOver.then(() => session.isKilled(point))]);
    if (isReached) {
      points += 1;
      await session.killWorkers();
    } else {
      await session.arm(client, 0);
    }
    const { type, code } = await call;
    if (type !== 'ok') throw new Error(`${name}, killed at point ${point}: ${type} ${code}`);
    if (!isReached) {
      if (points < FEWEST_POINTS) throw new Error(`${name} passed ${points} kill points only`);
      session.note('kill points', { scenario: name, points });
      await client.close();
      return;
    }
  }
  throw new Error(`${name} passed ${MOST_POINTS} kill points and did not end`);
}

/** The exhaustive row: a worker that dies at each place where it can. */
export const rows: readonly Row[] = [
  {
    row: 1,
    fault: 'the worker dies at every single await',
    promise: 'The call is answered, and happened once',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'C10'],
    quick: true,
    isolated: true,
    limit: 900_000,
    async run(session) {
      const { quick } = faultOptions;
      for (const scenario of quick ? scenarios.slice(0, 1) : scenarios) await killEverywhere(session, scenario, quick ? QUICK_STEP : 1);
    },
  },
];
