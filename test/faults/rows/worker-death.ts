import type { Client } from '../kit/client.ts';
import { bootOf, leaveOut, must, mustBeAnswered } from '../kit/look.ts';
import { pastTheEnd } from '../kit/past-the-end.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const judge = ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'] as const;

/** The client's seconds pass ten times faster, so that a lost message is sent again after a tenth of one. */
const fast = { goalState, speed: 10, deadline: 100_000, pollInterval: 3_600_000 } as const;

/** How long a client waits for an answer by its port before it leaves that alone for ten seconds, in milliseconds. */
const PORT_MS = 250;

/** Where the history stands on disk, read behind the product's back: the worker is not asked, and not woken. */
async function storedCount(client: Client): Promise<number> {
  const raw = await client.tab.evaluate(() => window.kit.readStores());
  return ((raw['history'] ?? []) as { seqs: readonly number[] }[]).reduce((sum, { seqs }) => sum + seqs.length, 0);
}

/** How long after an answer a worker is taken to be done with what follows from it, in milliseconds. */
const QUIET_MS = 1_000;

/** Arms, records, and looks what is stored while the worker stands at its point, or where that lies. Undefined when it came to none. */
async function storedAt(session: Session, client: Client, point: number): Promise<number | 'inside' | 'behind the answer' | undefined> {
  await session.arm(client, point);
  let isAnswered = false;
  const call = client.record().finally(() => (isAnswered = true));
  // A point just behind the answer is told later than that. Left to spin there, the worker would hear of nothing more.
  const isReached = await Promise.race([session.killed(point, 10_000), call.then(() => session.killed(point, QUIET_MS))]);
  // While a transaction is open, a reader waits for it: a look that takes long says "inside".
  const stored = isReached ? await Promise.race([storedCount(client), sleep(250).then(() => 'inside' as const)]) : undefined;
  // A worker that spins answers nothing: this was on its way before.
  const isBehind = isReached && isAnswered;
  if (isReached) await session.killWorkers();
  else await session.arm(client, 0);
  mustBeAnswered(await call);
  return isBehind ? 'behind the answer' : stored;
}

/** Workers that are stopped. */
export const rows: readonly Row[] = [
  {
    row: 2,
    fault: 'the worker dies inside a transaction',
    promise: 'The transaction is there as a whole, or not at all',
    judge,
    isolated: true,
    async run(session) {
      const client = await session.open(fast);
      const isPastTheEnd = pastTheEnd();
      let inside = 0;
      for (let point = 1; point < 400; point += 1) {
        const stored = await storedAt(session, client, point);
        if (isPastTheEnd(stored !== undefined)) break;
        if (stored === 'inside') inside += 1;
      }
      session.note('inside a transaction', inside);
      if (inside === 0) throw new Error('no kill point lay inside a transaction');
    },
  },
  {
    row: 3,
    fault: 'the worker dies after the commit, before the answer',
    promise: 'The call that is sent again gets the same receipt, and no second effect',
    judge,
    isolated: true,
    async run(session) {
      const client = await session.open(fast);
      await client.record();
      const isPastTheEnd = pastTheEnd();
      let duplicates = 0;
      for (let point = 1; point < 400; point += 1) {
        const before = await storedCount(client);
        const stored = await storedAt(session, client, point);
        if (isPastTheEnd(stored !== undefined)) break;
        if (typeof stored === 'number' && stored > before) duplicates += 1;
      }
      session.note('died between commit and answer', duplicates);
      if (duplicates === 0) throw new Error('no kill point lay between commit and answer');
    },
  },
  {
    row: 4,
    fault: 'the worker idles out in 35 s of silence',
    promise: 'The next call wakes it',
    judge,
    async run(session) {
      const client = await session.open({ goalState, pollInterval: 3_600_000 });
      mustBeAnswered(await client.record());
      const before = await bootOf(client);
      await sleep(35_000);
      mustBeAnswered(await client.record());
      const after = await bootOf(client);
      if (before === undefined || before === after) throw new Error('the worker did not idle out, so nothing was tried');
    },
  },
  {
    row: 4,
    fault: 'the page is busy for 45 s, mostly by its port',
    promise: 'It is no silence: the worker is woken often enough to stay',
    judge,
    async run(session) {
      const client = await session.open({ goalState, pollInterval: 3_600_000 });
      await client.record();
      const before = await bootOf(client);
      await client.tab.evaluate(() => {
        const sent = { waking: 0, byPort: 0 };
        Object.assign(window, { sent });
        const count = (prototype: { postMessage: unknown }, way: keyof typeof sent): void => {
          const send = prototype.postMessage as (...given: readonly unknown[]) => void;
          prototype.postMessage = function counted(this: unknown, ...given: unknown[]) {
            sent[way] += 1;
            send.apply(this, given);
          };
        };
        count(ServiceWorker.prototype, 'waking');
        count(MessagePort.prototype, 'byPort');
      });
      let calls = 0;
      let late = 0;
      for (const end = Date.now() + 45_000; Date.now() < end; calls += 1) {
        const from = Date.now();
        mustBeAnswered(await client.record());
        if (Date.now() - from > PORT_MS) late += 1;
        await sleep(250);
      }
      const after = await bootOf(client);
      const { waking, byPort } = await client.tab.evaluate(() => (window as unknown as { sent: { waking: number; byPort: number } }).sent);
      session.note('messages that wake, for each hundred calls', Math.round((100 * waking) / calls));
      must(byPort > 0, `${waking} messages for ${calls} calls, so the port was not tried`);
      if (waking > calls / 2) {
        must(late > 0, `${waking} messages for ${calls} calls, though none was late for the port`);
        leaveOut(session, 'a page that calls mostly by its port', `${late} of ${calls} calls took longer than the port is waited for`);
      }
      if (before === undefined || before !== after) throw new Error('the worker was stopped in the middle');
    },
  },
  {
    row: 5,
    fault: 'the worker is stopped, and calls go on',
    promise: 'Each call is answered by the next worker, in order, once',
    judge,
    quick: true,
    async run(session) {
      const client = await session.open({ goalState });
      const boots = new Set<unknown>();
      for (let round = 0; round < 15; round += 1) {
        const calls = Array.from({ length: 5 }, () => client.record());
        await sleep(session.random.between(0, 30));
        await session.stopWorkers();
        calls.push(client.record());
        mustBeAnswered(...(await Promise.all(calls)));
        boots.add(await bootOf(client));
      }
      must(boots.size > 10, `the worker was stopped 15 times, and only ${boots.size} of them answered`);
    },
  },
];
