import type { Client } from '../kit/client.ts';
import { look, must, strategyRuns } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';
import { watchTries } from './retries.ts';

/** Where the site's strategy asks. */
const PATH = '/strategy';

/** The first wait after a failure, and how long the strategy may take, in milliseconds. */
const WAIT_MS = 300;
const LIMIT_MS = 700;

/** Each fault lasts until an action has failed so often, and how long that may take, in milliseconds. */
const FAILURES = 4;
const LASTS_MS = 30_000;

/** How long after that everything may take to be worked off, by what the page does on its own, in milliseconds. */
const BACK_MS = 30_000;

/** In which something more would come, if anything more came, in milliseconds. */
const QUIET_MS = 1_500;

/** More tries than any outage here has room for, so that none of them ends in a dead letter. */
const MAX_ATTEMPTS = 30;

/** One way in which a network fails: begins, and gives what ends it. */
type Fault = (session: Session) => Promise<() => Promise<void>>;

const faults: Readonly<Record<string, Fault>> = {
  'the server is gone': async ({ server }) => {
    await server.stop();
    return () => server.start();
  },
  'the server answers 500': async ({ server }) => {
    server.swap(PATH, { status: 500 });
    return async () => server.swap(PATH);
  },
  'the server is slower than the limit': async ({ server }) => {
    const hold = server.hold(PATH);
    return async () => hold.release();
  },
  'the connection is cut after the request': async ({ server }) => {
    server.swap(PATH, { isCut: true });
    return async () => server.swap(PATH);
  },
};

const options = {
  goalState: { steps: 10_000 },
  pollInterval: WAIT_MS,
  strategy: { type: 'asks' },
  serviceWorker: { url: `/app-worker.js?strategyDeadline=${LIMIT_MS}`, scope: '/' },
} as const;

// Without C5: what failed once joins the history behind what did not.
const judge = ['C1', 'C2', 'C3', 'C4', 'C6', 'C9', 'C10'] as const;

/** When the server was asked about an action. */
const askedAt = ({ server }: Session, n: number): number[] => server.requests.filter(({ url }) => url === `${PATH}?n=${n}`).map(({ t }) => t);

/** Waits, without poking, until nothing is pending: the page itself comes back when a try is due. */
async function mustRecover(client: Client, name: string): Promise<void> {
  const isDone = await until(BACK_MS, async () => (await look(client)).pending.length === 0, 100);
  must(isDone, `${name}: with the server back not everything was worked off within ${BACK_MS} ms`);
}

/** One outage that is shorter than the tries last. */
async function outlast(session: Session, client: Client, name: string, begin: Fault): Promise<void> {
  const heal = await begin(session);
  const from = Date.now();
  const given = Array.from({ length: 5 }, () => session.number());
  for (const action of given) must((await client.record(action)).type === 'ok', `${name}: an action was not taken`);
  await watchTries(client, WAIT_MS, FAILURES, LASTS_MS).catch((error: Error) => {
    throw new Error(`${name}: ${error.message}`);
  });
  // Each try that the server holds up ends with its time; a second one beside it would begin before that.
  const begun = strategyRuns(session).filter(({ t }) => t >= from).map(({ t }) => t);
  const isBeside = name === 'the server is slower than the limit' && begun.slice(1).some((t, index) => t - begun[index]! < LIMIT_MS - 50);
  must(!isBeside, `${name}: a try began while another one was under way`);
  const during = await look(client);
  must(given.every(({ n }) => during.pending.some((found) => found.n === n)), `${name}: an action left the queue, so the fault was none`);
  await heal();
  await mustRecover(client, name);
  must((await look(client)).dead.length === 0, `${name}: a network that came back made dead letters`);
  const asked = given.map(({ n }) => askedAt(session, n).length);
  must(!asked.includes(0), `${name}: about one action the server was never asked`);
  await sleep(QUIET_MS);
  must(given.every(({ n }, index) => askedAt(session, n).length === asked[index]), `${name}: the server was asked about an action that was worked off`);
}

/** An outage that lasts longer than all tries. */
async function giveUp(session: Session): Promise<void> {
  const client = await session.open(options);
  session.server.swap(PATH, { status: 500 });
  const given = Array.from({ length: 3 }, () => session.number());
  for (const action of given) await client.record(action);
  const tries = 3;
  const isOver = await until(BACK_MS, async () => (await look(client)).pending.length === 0, 100);
  must(isOver, 'with the server broken tries go on and on');
  for (const { n } of given) {
    const asked = askedAt(session, n);
    must(asked.length === tries, `the server was asked ${asked.length} times about action ${n}, not ${tries}`);
    const early = asked.slice(1).filter((t, index) => t - asked[index]! < WAIT_MS * 2 ** index - 50);
    must(early.length === 0, `action ${n} was tried again before its wait was over`);
  }
  const { value } = await client.call('deadLetters.list', []);
  const letters = value as readonly { readonly attempts: number; readonly reason: { readonly code: string } }[];
  const isRight = letters.length === given.length && letters.every(({ attempts, reason }) => attempts === tries && reason.code === 'strategy.failed');
  must(isRight, `after all tries the dead letters are ${JSON.stringify(letters.map(({ attempts, reason }) => [attempts, reason.code]))}`);
  session.server.swap(PATH);
  await client.call('deadLetters.retry', [letters]);
  await mustRecover(client, 'dead letters that were retried');
  must(given.every(({ n }) => askedAt(session, n).length === tries + 1), 'a retried dead letter was asked about more than once');
}

/** The network of the app's own strategy: the product itself has none. */
export const rows: readonly Row[] = [
  {
    row: 29,
    fault: 'the server that a strategy asks is gone, broken, slow, or cuts connections',
    promise: 'Recording goes on; tries come one after the other, each after twice the wait; with the server back all is worked off by itself, once',
    judge,
    async run(session) {
      const client = await session.open({ ...options, maxAttempts: MAX_ATTEMPTS });
      await client.record();
      await mustRecover(client, 'before any fault');
      for (const [name, begin] of Object.entries(faults)) await outlast(session, client, name, begin);
    },
  },
  {
    row: 29,
    fault: 'the server that a strategy asks stays broken for longer than the tries last',
    promise: 'It is asked as often as an action has tries, and no more; then the action is a dead letter, which can be retried',
    judge,
    run: giveUp,
  },
];
