import { randomBytes } from 'node:crypto';
import type { ChromiumTab, Engine } from '../engines/engine.ts';
import type { Client } from '../kit/client.ts';
import { look, must, workedOff } from '../kit/look.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const judge = ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'] as const;

/** Room for what is there and little more. The browser looks at whole files, so that a small action may still pass. */
const FULL = 200_000;

/** So many actions with so much text, which no file compresses: more than the room, in one call. */
const FILLER = 40;
const TEXT = 30_000;

/** A loop of which a few actions are all that it may hold, in bytes. */
const SMALL = 4_000;

const notRun = ({ name }: Engine): string | undefined =>
  name === 'chromium' ? undefined : 'the quota of a running browser can be set through DevTools only';

/** Gives the site so many bytes; without a number as many as there are. */
async function setQuota(session: Session, { tab }: Client, quotaSize?: number): Promise<void> {
  const { origin } = session.server;
  await (tab as ChromiumTab).send('Storage.overrideQuotaForOrigin', { origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
  session.note('quota', quotaSize ?? null);
}

/** Actions whose advice, of 30,000 characters each, goes beyond the room. */
const ADVISED = 12;

const fillers = (): { readonly text: string }[] =>
  Array.from({ length: FILLER }, () => ({ text: randomBytes((TEXT * 3) / 4).toString('base64') }));

/** Records until it is refused for lack of room; every other refusal is a failure of the row. */
async function recordUntilFull(client: Client, most: number, loop?: string): Promise<number> {
  for (let given = 0; given < most; given += 1) {
    const { type, code } = await client.record(loop === undefined ? fillers() : {}, loop);
    if (type === 'ok') continue;
    must(code === 'storage.quota', `an action was refused with ${code}`);
    return given;
  }
  throw new Error(`${most} actions went into what is full`);
}

/** Full disks. */
export const rows: readonly Row[] = [
  {
    row: 17,
    fault: 'there is no room for a write',
    promise: 'A typed refusal and no receipt; what was there stays whole, and recording goes on once there is room',
    judge,
    notRun,
    async run(session) {
      const client = await session.open({ goalState });
      for (let round = 0; round < 3; round += 1) {
        for (let n = 0; n < 5; n += 1) await client.record();
        const before = (await look(client)).history.length;
        await setQuota(session, client, FULL);
        for (let n = 0; n < 5; n += 1) await recordUntilFull(client, 50);
        must((await look(client)).history.length >= before, 'what was there is gone');
        await setQuota(session, client);
        const isBack = await until(10_000, async () => (await client.record()).type === 'ok', 100);
        must(isBack, 'nothing can be recorded, though there is room again');
      }

      // Browsers tell no truth about their room: the loop's own bound refuses in the same words.
      await client.openLoop('small', { storageLimit: SMALL, goalState });
      const held = await recordUntilFull(client, 100, 'small');
      must(held > 0, 'the small loop took nothing at all');
      const { value } = await client.nudges('small');
      await client.acknowledge(value, 'small');
      must((await client.record({}, 'small')).type === 'ok', 'acknowledging made no room');
    },
  },
  {
    row: 18,
    fault: 'the room ends while pending work is done',
    promise: 'The action stays pending; advice, history and the removal are there together, or not at all',
    judge,
    notRun,
    async run(session) {
      const client = await session.open({
        goalState,
        pollInterval: 1_000,
        strategy: { type: 'verbose' },
        serviceWorker: { url: '/app-worker.js?strategyDeadline=20000', scope: '/' },
      });
      for (let round = 0; round < 3; round += 1) {
        const held = session.server.hold('/strategy');
        const actions = Array.from({ length: ADVISED }, () => session.number());
        const { n } = actions[0]!;
        must((await client.record(actions)).type === 'ok', 'the actions were not taken');
        await held.reached;
        await setQuota(session, client, FULL);
        held.release();
        // What can't be stored is not done: it is looked at for as long as a commit would take many times over.
        await until(1_500, async () => (await look(client)).pending.length === 0, 100);
        const full = await look(client);
        must(full.pending.some((found) => found.n === n), `action ${n} left the queue of a full disk`);
        must(!full.history.some((found) => found.n === n), `action ${n} is in the history and in the queue`);
        await setQuota(session, client);
        const done = await workedOff(client, 20_000);
        must(done.history.some((found) => found.n === n), `action ${n} is not in the history after there is room`);
      }
    },
  },
];
