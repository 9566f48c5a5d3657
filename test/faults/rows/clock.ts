import { readFile } from 'node:fs/promises';
import { SITE } from '../kit/build-site.ts';
import type { Client } from '../kit/client.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { askWorkerClock, withClock, type ClockFault } from '../kit/worker-clock.ts';
import { updateWorker } from '../kit/worker-versions.ts';

const SCRIPT = '/nudgeloop/service-worker.js';
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** How a clock is wrong: in the worker, and in the page. */
interface Jump {
  readonly name: string;
  readonly worker: () => ClockFault;
  readonly page: number | null | 'NaN';
}

const jumps: readonly Jump[] = [
  { name: 'an hour forth', worker: () => HOUR + 60_000, page: HOUR + 60_000 },
  { name: 'an hour back', worker: () => -HOUR, page: -HOUR },
  { name: 'a year forth', worker: () => YEAR, page: YEAR },
  { name: 'a year back', worker: () => -YEAR, page: -YEAR },
  { name: 'a year forth, in the worker alone', worker: () => YEAR, page: 0 },
  // Not a year back in the page alone: what it records then says itself that it is too old to be kept.
  { name: 'a year forth, in the page alone', worker: () => 0, page: YEAR },
  { name: 'standing still', worker: () => ({ at: Date.now() }), page: null },
  { name: 'telling no time', worker: () => 'NaN', page: 'NaN' },
];

/** Another clock takes another worker, so that it is wrong from its first instant on. */
async function setClocks(session: Session, client: Client, fault: ClockFault, page: Jump['page']): Promise<void> {
  session.server.swap(SCRIPT, { body: withClock(`/* ${Math.random()} */\n${await readFile(`${SITE}${SCRIPT}`, 'utf8')}`, fault) });
  await updateWorker(session, client, SCRIPT);
  const seen = await client.tab.evaluate(askWorkerClock, SCRIPT);
  const wanted = fault === 'NaN' ? null : typeof fault === 'number' ? Date.now() + fault : fault.at;
  const isWrong = seen === null || wanted === null ? seen !== wanted : Math.abs(seen - wanted) > 60_000;
  if (isWrong) throw new Error(`the worker's clock says ${seen}, not ${wanted}`);
  await client.tab.evaluate((offset) => window.kit.setClockOffset(offset), page);
}

/** All that was recorded in a loop has to be there, in its order. */
async function expectAll(client: Client, loop: string, ns: readonly number[], when: string): Promise<void> {
  const { value } = await client.history({ limit: 10_000 }, loop);
  const found = (value as { action: { n: number } }[]).map(({ action }) => action.n);
  if (found.join() !== ns.join()) throw new Error(`${when}: the history is ${found.join()}, not ${ns.join()}`);
}

/** Clocks that jump. */
export const rows: readonly Row[] = [
  {
    row: 28,
    fault: 'the clock jumps, stands still or tells no time',
    promise: 'Nothing that lives expires by one jump, and order, ids and resends do not hang on it',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    async run(session) {
      const settings = { goalState: { steps: 10_000 }, retentionWindow: { hours: 0.5 }, pollInterval: 3_600_000 } as const;
      const client = await session.open(settings);
      for (const { name, worker, page } of jumps) {
        // A loop of its own for each jump: what is promised is promised of one.
        const loop = name.replaceAll(/[^a-z]+/g, '-');
        const ns: number[] = [];
        const record = async (stops: boolean): Promise<void> => {
          const calls = Array.from({ length: 4 }, () => client.record({}, loop));
          ns.push(...session.history.events.filter(({ type, op }) => type === 'invoke' && op === 'record').slice(-4).flatMap(({ ids = [] }) => ids));
          // What was under way is sent again, to a worker that has only what is stored to know it by.
          if (stops) await session.stopWorkers();
          const failed = (await Promise.all(calls)).find(({ type }) => type !== 'ok');
          if (failed !== undefined) throw new Error(`${name}: record ended with ${failed.code ?? failed.type}`);
        };
        await client.openLoop(loop, settings);
        await record(false);
        await setClocks(session, client, worker(), page);
        await expectAll(client, loop, ns, `${name}, before anything is recorded`);
        await record(true);
        await client.poke(loop);
        await expectAll(client, loop, ns, name);
        await session.stopWorkers();
        await client.poke(loop);
        await expectAll(client, loop, ns, `${name}, and the worker was stopped`);
        await setClocks(session, client, 0, 0);
        await client.poke(loop);
        await expectAll(client, loop, ns, `${name}, and back`);
        await record(true);
        await expectAll(client, loop, ns, `${name}, and back for a while`);
      }
    },
  },
];
