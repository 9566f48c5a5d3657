import { readFile } from 'node:fs/promises';
import { SITE } from '../kit/build-site.ts';
import type { Client } from '../kit/client.ts';
import { look, must, workedOff } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';
import { setWorkerClocks, withClock } from '../kit/worker-clock.ts';

/** The longest wait of the product, in milliseconds. */
const LONGEST_WAIT_MS = 300_000;

/** A poll interval that would be a far longer one. */
const HOUR_MS = 3_600_000;

const WORKER = '/app-worker.js';

/** An action's tries as they are stored: how many began, and when the next is due; 0 while one is under way. */
interface Try {
  readonly attempts: number;
  readonly until: number;
}

interface Stored {
  readonly key: string;
  readonly value: { readonly tries: Readonly<Record<string, Try>>; readonly backoff: { readonly until: number } | null };
}

/** The tries of the loop, by the places of their actions, and until when everything waits besides. */
async function triesOf(client: Client): Promise<{ readonly tries: Readonly<Record<string, Try>>; readonly backoff: number }> {
  const { raw } = await look(client);
  const state = ((raw['documents'] ?? []) as Stored[]).find(({ key }) => key === 'state');
  return { tries: state?.value.tries ?? {}, backoff: state?.value.backoff?.until ?? 0 };
}

/**
 * Watches the tries by what is stored, also while no server hears of them: after the k-th failure of an action the wait
 * is 2^(k-1) times the first.
 *
 * @param first the first wait, in milliseconds
 * @param wanted ends once an action waits after so many failures
 * @param ms how long that may take
 * @throws Error when a wait is not as long as it must be, or too few of them come
 */
export async function watchTries(client: Client, first: number, wanted: number, ms: number): Promise<void> {
  const problems = new Set<string>();
  const due = new Map<string, number>();
  let most = 0;
  const isSeen = await until(ms, async () => {
    const { tries, backoff } = await triesOf(client);
    const now = Date.now();
    for (const [place, { attempts, until: next }] of Object.entries(tries)) {
      if (Math.max(next, backoff) - now > LONGEST_WAIT_MS) problems.add(`a wait of ${next - now} ms`);
      if (next <= now) continue;
      most = Math.max(most, attempts);
      // No try begins before the one before it was due.
      const before = due.get(`${place} ${attempts - 1}`);
      due.set(`${place} ${attempts}`, next);
      const wait = next - (before ?? next);
      if (before !== undefined && wait < first * 2 ** (attempts - 1)) problems.add(`after ${attempts} failures the wait is ${wait} ms at the most`);
    }
    return most >= wanted;
  }, 40);
  must(problems.size === 0, [...problems].join('; '));
  must(isSeen, `in ${ms} ms no action failed more than ${most} times, which shows no waits`);
}

/** An app that polls once an hour must not wait for hours after a few failures. */
async function waitAtTheMost(session: Session): Promise<void> {
  session.server.swap(WORKER, { body: withClock(await readFile(`${SITE}${WORKER}`, 'utf8')) });
  session.server.swap('/strategy', { status: 500 });
  const client = await session.open({
    goalState: { steps: 10_000 },
    pollInterval: HOUR_MS,
    strategy: { type: 'asks' },
    serviceWorker: { url: WORKER, scope: '/' },
  });
  const from = Date.now();
  const { n } = session.number();
  await client.record({ n });
  const isFailed = await until(10_000, async () => Object.values((await triesOf(client)).tries).some(({ until: next }) => next > 0), 50);
  must(isFailed, 'the try did not fail');
  const [{ attempts, until: next } = { attempts: 0, until: 0 }] = Object.values((await triesOf(client)).tries);
  session.note('the wait', next - from);
  must(attempts === 1 && next >= from + LONGEST_WAIT_MS && next <= Date.now() + LONGEST_WAIT_MS, `after ${attempts} failures the wait is ${next - from} ms, not ${LONGEST_WAIT_MS}`);
  const asked = (): number => session.server.requests.filter(({ url }) => url === `/strategy?n=${n}`).length;
  // The wait is stored: a worker that is stopped does not forget it, and no wake-up ends it.
  session.server.swap('/strategy');
  await session.stopWorkers();
  for (let poke = 0; poke < 3; poke += 1) await client.poke();
  await sleep(500);
  must(asked() === 1, `the server was asked ${asked()} times before the wait was over`);
  await client.tab.evaluate(setWorkerClocks, LONGEST_WAIT_MS);
  await workedOff(client, 15_000);
  must(asked() === 2, `the server was asked ${asked()} times until an action was worked off at its second try`);
}

/** How long a try waits. */
export const rows: readonly Row[] = [
  {
    row: 29,
    fault: 'a try fails in an app that polls once an hour',
    promise: 'The next one comes after five minutes at the most, whatever stops or wakes the worker meanwhile',
    judge: ['C1', 'C2', 'C3', 'C4', 'C6', 'C9', 'C10'],
    run: waitAtTheMost,
  },
];
