import type { Client, Outcome } from '../kit/client.ts';
import type { FinalState } from '../kit/final-state.ts';
import type { HistoryEvent } from '../kit/history.ts';
import { look, must, strategyRuns, workedOff } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import { boundRoom, randomText, smallDisk, type Room } from '../kit/room.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { sleep, until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };
const judge = ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'] as const;

/** A large action's text; with its advice, which repeats it, one call takes about twice as much. */
const TEXT = 30_000;

/** What a large action takes, in bytes, about. */
const WRITE = 65_000;

/** Large actions that may go in beyond what there should be room for, before the row says that nothing was full. */
const MARGIN = 100;

/** Room for many changes of the loop's state, which are small, and not for what the strategy says. */
const LITTLE = 100_000;

/** Actions whose advice, of 30,000 characters each, is more than the little room. */
const ADVISED = 20;

/** More pokes than a failing strategy has tries. */
const POKES = 9;

/** A loop of which a few actions are all that it may hold, in bytes. */
const SMALL = 4_000;

const ns = (all: readonly { readonly n: number | undefined }[]): string => all.map(({ n }) => n).join();

/** Whether the outbox holds a nudge for an action. */
const isAdvised = ({ nudges }: FinalState, n: number | undefined): boolean => nudges.some(({ ns: judged }) => n !== undefined && judged.includes(n));

/** Records until one is refused for lack of room, and gives how many went in before. */
async function recordUntilRefused(record: () => Promise<Outcome>, most: number): Promise<number> {
  for (let given = 0; given < most; given += 1) {
    const { type, code } = await record();
    if (type === 'ok') continue;
    must(code === 'storage.quota', `without room an action was refused with ${code}`);
    return given;
  }
  throw new Error(`${most} actions went into what should be full`);
}

/** The room ends at a certain write; whatever is asked then, and once there is room again. */
async function fillUp(session: Session, client: Client, room: Room, round: number): Promise<void> {
  // More than a mebibyte, which Firefox refuses at the request and not at the commit.
  const recordMany = (): Promise<Outcome> => client.record(Array.from({ length: 40 }, () => ({ text: randomText(session, TEXT) })));
  const recordLarge = (): Promise<Outcome> => client.record({ text: randomText(session, TEXT) });
  for (let n = 0; n < 3; n += 1) await client.record();
  await room.take(round * WRITE + session.random.between(0, WRITE));
  const went = await recordUntilRefused(recordLarge, round + MARGIN);
  session.note('refused', { round, went });
  const before = ns((await look(client)).history);
  // The refusal must not stick to the connection, nor any other call break on it.
  for (const call of [client.setGoalState({ steps: 10_000 + round }), client.poke(), recordLarge(), recordMany()]) {
    const { type, code } = await call;
    must(type === 'ok' || code === 'storage.quota', `without room a call ended with ${code}`);
  }
  // Nor may it keep a page away that wants other settings.
  const other = await session.open({ goalState: { steps: 20_000 + round }, retentionLimit: 5_000 + round });
  const read = await other.nudges();
  must(read.type === 'ok', `without room a page with other settings can't read nudges: ${read.code}`);
  await other.close();
  const { type, code } = await client.history();
  must(type === 'ok', `without room the history can't be read: ${code}`);
  must(ns((await look(client)).history).startsWith(before), 'what was there is not whole');
  await room.give();
  const ended = new Set<string | undefined>();
  const isBack = await until(10_000, async () => {
    const outcome = await client.record();
    ended.add(outcome.code);
    return outcome.type === 'ok';
  }, 300);
  must(isBack, `with room again nothing can be recorded: ${[...ended].join()}`);
  // The loop has a goal from the beginning, and neither its outbox nor its own bound is ever full: an action and its nudge are one step.
  const after = await look(client);
  const unadvised = after.history.filter(({ n, loop }) => loop === 'default' && !isAdvised(after, n));
  must(unadvised.length === 0, `of ${after.history.length} actions on a full disk ${unadvised.length} were stored without their nudges`);
}

/** No room even for a database to be made in, asked of a worker that runs already. */
async function connectWithoutRoom(session: Session, room: Room): Promise<void> {
  session.finalOptions = { goalState };
  await room.take(0);
  const client = await session.openTab();
  const { type, code } = await client.connect({ goalState, database: 'without-room' });
  session.note('connected without room', code ?? type);
  must(code === 'storage.quota', `without room for a database to connect ends with ${code ?? type}`);
  const refused = await client.record();
  must(refused.code === 'storage.quota', `without room for a database an action ends with ${refused.code ?? refused.type}`);
  await room.give();
  // No action: the last look is taken into the other database.
  const isBack = await until(10_000, async () => (await client.poke()).type === 'ok', 300);
  must(isBack, 'with room again there is no database');
  await client.close();
}

/** Whoever asks to be forgotten is forgotten without room too, though Chromium then refuses all that writes, however much it deletes. */
async function eraseWithoutRoom(session: Session, client: Client, room: Room): Promise<void> {
  await client.record({}, 'other');
  await room.take(0);
  await recordUntilRefused(() => client.record({ text: randomText(session, TEXT) }), MARGIN);
  // Again, since nothing but an erasure may ever find room.
  const epochs = [(await look(client)).epoch];
  for (let erasure = 0; erasure < 2; erasure += 1) {
    const { type, code } = await client.erase({ all: true });
    must(type === 'ok', `without room nobody can be forgotten: ${code ?? type}`);
    const { raw, epoch } = await look(client);
    const left = Object.entries(raw).filter(([store, rows]) => store !== 'meta' && rows.length > 0);
    must(left.length === 0, `without room an erasure leaves rows in ${left.map(([store]) => store).join()}`);
    must(epoch !== null && !epochs.includes(epoch), `without room an erasure leaves the epoch ${epoch}`);
    epochs.push(epoch);
  }
  await room.give();
  const isBack = await until(10_000, async () => (await client.record()).type === 'ok', 300);
  must(isBack, 'after an erasure without room nothing can be recorded');
  must((await look(client)).epoch === epochs.at(-1), 'with room again there is another epoch');
}

/** Browsers tell no truth about their room: the loop's own bound refuses in the same words. */
async function fillSmallLoop(client: Client): Promise<void> {
  await client.openLoop('small', { storageLimit: SMALL, goalState });
  const held = await recordUntilRefused(() => client.record({}, 'small'), MARGIN);
  must(held > 0, 'the small loop took nothing at all');
  const { value } = await client.nudges('small');
  must((value as readonly unknown[]).length < held, 'actions were refused, and their nudges kept');
  await client.erase({}, 'small');
  must((await client.record({}, 'small')).type === 'ok', 'erasing made no room');
}

/** Whether an event tells that the loop waits for room on the disk, and not for anything else. */
function isWaitForRoom({ op, value }: HistoryEvent): boolean {
  const { code, fields } = (value ?? {}) as { readonly code?: unknown; readonly fields?: { readonly code?: unknown } };
  return op === 'log' && code === 'worker.backoff' && fields?.code === 'storage.quota';
}

/** What a strategy answers does not fit, for longer than it has tries. */
async function fillWhileDraining(session: Session): Promise<void> {
  const room = await boundRoom(session);
  const client = await session.open({
    goalState,
    pollInterval: 300,
    strategy: { type: 'verbose' },
    serviceWorker: { url: '/app-worker.js?strategyDeadline=8000', scope: '/' },
  });
  await client.record();
  await workedOff(client, 10_000);
  const held = session.server.hold('/strategy');
  const actions = Array.from({ length: ADVISED }, () => session.number());
  must((await client.record(actions)).type === 'ok', 'the actions were not taken');
  await held.reached;
  await room.take(LITTLE);
  held.release();
  const codes: string[] = [];
  for (let poke = 0; poke < POKES; poke += 1) {
    codes.push((await client.poke()).code ?? 'ok');
    await sleep(1_300);
  }
  const tries = strategyRuns(session).filter(({ ns: run }) => run.includes(actions[0]!.n)).length;
  session.note('tries', { tries, codes });
  // A wake-up that met a full disk waits, and logs why; where even that found no room, it is refused.
  must(codes.includes('storage.quota') || session.history.events.some(isWaitForRoom), `no poke met a full disk: ${codes.join()}`);
  must(tries > 3, `${tries} tries were begun on a full disk, which is fewer than a failing strategy has`);
  const full = await look(client);
  const isIn = (found: readonly { readonly n: number | undefined }[], n: number): boolean => found.some((each) => each.n === n);
  const gone = actions.filter(({ n }) => !isIn(full.pending, n) && !isIn(full.history, n));
  const where = full.dead.length > 0 ? `${full.dead.length} are dead letters (${full.dead[0]!.code})` : 'none is a dead letter';
  must(gone.length === 0, `after ${tries} tries ${gone.length} of ${actions.length} actions left the queue of a full disk; ${where}`);
  must(!actions.some(({ n }) => isIn(full.pending, n) && isIn(full.history, n)), 'an action is in the history and in the queue');
  await room.give();
  const after = await workedOff(client, 30_000);
  must(after.dead.length === 0, `${after.dead.length} actions became dead letters by a full disk`);
  // Done, out of the queue and in the outbox is one step.
  const unadvised = actions.filter(({ n }) => !isAdvised(after, n));
  must(unadvised.length === 0, `${unadvised.length} of ${actions.length} actions were worked off on a full disk, and their nudges are nowhere`);
}

/** Full disks. */
export const rows: readonly Row[] = [
  {
    row: 17,
    fault: 'the room ends at the first write, the second, and so on',
    promise: 'A typed refusal and no receipt, whatever is asked but to erase; what was there stays whole, and all goes on once there is room',
    judge,
    launch: smallDisk,
    quick: true,
    async run(session) {
      const room = await boundRoom(session);
      const client = await session.open({ goalState });
      const rounds = Math.min(Math.max(faultOptions.rounds, 4), 8);
      for (let round = 1; round <= rounds; round += 1) await fillUp(session, client, room, round);
      await eraseWithoutRoom(session, client, room);
      await connectWithoutRoom(session, room);
      await fillSmallLoop(client);
    },
  },
  {
    row: 18,
    fault: 'there is room to begin a try, and none for its outcome',
    promise: 'The action stays pending for as long as that lasts: a full disk is no failure of the strategy',
    judge,
    launch: smallDisk,
    run: fillWhileDraining,
  },
];
