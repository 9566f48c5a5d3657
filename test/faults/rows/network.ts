import type { Client } from '../kit/client.ts';
import { look, must, strategyRuns, workedOff } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep } from '../kit/wait.ts';

/** Where the site's strategy asks. */
const PATH = '/strategy';

/** The first wait after a failure, and how long the strategy may take, in milliseconds. */
const WAIT_MS = 300;
const LIMIT_MS = 700;

/** How long each fault lasts, in milliseconds: a few tries. */
const LASTS_MS = 2_500;

/** More tries than any outage here has room for, so that none of them ends in a dead letter. */
const MAX_ATTEMPTS = 30;

/** The longest wait of the product, in milliseconds. */
const LONGEST_WAIT_MS = 300_000;

interface Stored {
  readonly key: string;
  readonly value: { readonly tries: Readonly<Record<string, { readonly until: number }>>; readonly backoff: { readonly until: number } | null };
}

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

/** How often the server was asked about an action. */
const askedFor = ({ server }: Session, n: number): number => server.requests.filter(({ url }) => url === `${PATH}?n=${n}`).length;

/** Each wait that is stored must end, by the clock of this machine, within the longest one. */
async function assertWaits(client: Client, name: string): Promise<void> {
  const { raw } = await look(client);
  for (const { key, value } of (raw['documents'] ?? []) as Stored[]) {
    if (key !== 'state') continue;
    const waits = [...Object.values(value.tries), ...(value.backoff === null ? [] : [value.backoff])].map(({ until }) => until - Date.now());
    must(waits.every((wait) => wait <= LONGEST_WAIT_MS), `${name}: a wait of ${Math.max(...waits)} ms`);
    must(waits.length > 0, `${name}: nothing waits for another try`);
  }
}

/** The network of the app's own strategy. */
export const rows: readonly Row[] = [
  {
    row: 29,
    fault: 'the server that a strategy asks is gone, broken, slow, or cuts connections',
    promise: 'Recording goes on; the server is asked about each action at least once, with waits between; all is worked off when it is back',
    judge: ['C1', 'C2', 'C3', 'C4', 'C6', 'C9', 'C10'],
    async run(session) {
      const client = await session.open({
        goalState: { steps: 10_000 },
        pollInterval: WAIT_MS,
        maxAttempts: MAX_ATTEMPTS,
        strategy: { type: 'asks' },
        serviceWorker: { url: `/app-worker.js?strategyDeadline=${LIMIT_MS}`, scope: '/' },
      });
      await client.record();
      await workedOff(client, 10_000);
      for (const [name, begin] of Object.entries(faults)) {
        const from = Date.now();
        const heal = await begin(session);
        const given = Array.from({ length: 5 }, () => session.number());
        for (const action of given) must((await client.record(action)).type === 'ok', `${name}: an action was not taken`);
        await sleep(LASTS_MS);
        const during = await look(client);
        must(given.every(({ n }) => during.pending.some((found) => found.n === n)), `${name}: an action left the queue, so the fault was none`);
        await assertWaits(client, name);
        await heal();
        const { dead } = await workedOff(client, 30_000);
        must(dead.length === 0, `${name}: ${dead.length} actions are dead letters`);
        for (const { n } of given) {
          must(askedFor(session, n) >= 1, `${name}: the server was never asked about action ${n}`);
          // While the server is away, what the worker reports is lost too.
          const begun = strategyRuns(session).filter(({ t, ns }) => t >= from && ns.includes(n)).map(({ t }) => t);
          const early = begun.slice(1).filter((t, index) => t - begun[index]! < WAIT_MS - 50);
          must(early.length === 0, `${name}: action ${n} was tried again without a wait`);
        }
      }
      const most = Math.max(...session.server.requests.filter(({ url }) => url.startsWith(PATH)).map(({ url }) => askedFor(session, Number(url.split('=')[1]))));
      must(most > 1, 'the server was asked about no action twice, so no fault ever met a request');
    },
  },
];
