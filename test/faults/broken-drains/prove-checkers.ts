import type { Engine } from '../engines/engine.ts';
import { judge } from '../kit/checkers.ts';
import type { Client } from '../kit/client.ts';
import type { FinalState, FoundAction } from '../kit/final-state.ts';
import type { DrainProof, Proof } from '../kit/report.ts';
import { Session } from '../kit/session.ts';
import { until } from '../kit/wait.ts';

/** More points than any of the drains has. */
const MOST_POINTS = 200;

/** A drain that passed no more than these was not killed where it should have been. */
const FEWEST_POINTS = 5;

/** How long a worker may take to reach a point or the end, in milliseconds: on a busy machine one starts slowly. */
const REACH_MS = 15_000;

/** The first wait for the end of a number, and how long all of them may take, in milliseconds. */
const FIRST_WAIT_MS = 150;
const DONE_MS = 10_000;

/** What each drain must be found guilty of. */
const GUILT: Readonly<Record<string, readonly string[]>> = {
  'take-then-do': ['lost'],
  'do-then-delete': ['doubled'],
  correct: [],
};

/**
 * Proves that kill points and checkers find what they are for: two drains that are broken on purpose, and a correct one,
 * are killed at every point and judged.
 *
 * @param step every so many points only, unless they find nothing: on a busy machine a point may lie a little off
 */
export async function proveCheckers(engine: Engine, seed: number, step = 1): Promise<Proof> {
  const drains: DrainProof[] = [];
  for (const [drain, expected] of Object.entries(GUILT)) {
    const session = await Session.create({ engine, seed, isolated: true });
    try {
      const { points, kinds } = await judgeDrain(session, drain, { step, expected });
      const isRight = points > FEWEST_POINTS && expected.every((kind) => kinds.has(kind)) && kinds.size === expected.length;
      drains.push({ drain, points, found: Object.fromEntries(kinds), expected, isRight });
    } finally {
      await session.dispose();
    }
  }
  return { isProved: drains.every(({ isRight }) => isRight), drains };
}

async function judgeDrain(
  session: Session,
  name: string,
  { step, expected }: { readonly step: number; readonly expected: readonly string[] },
): Promise<{ points: number; kinds: Map<string, number> }> {
  const script = `/drains/${name}.js`;
  const client = await session.openTab();
  await register(client, script);
  let points = 0;
  let kinds = new Map<string, number>();
  for (let first = 1; first <= step && (first === 1 || !expected.every((kind) => kinds.has(kind))); first += 1) {
    for (let point = first; point < MOST_POINTS && (await killAt(session, client, script, point)); point += step) points += 1;
    kinds = await kindsFound(session, client, name);
  }
  return { points, kinds };
}

function register(client: Client, script: string): Promise<void> {
  return client.tab.evaluate(async (path) => {
    const registration = await navigator.serviceWorker.register(path);
    const heard = { acked: [] as number[], idle: 0, submitted: 0 };
    Object.assign(window, { heard, send: (message: unknown) => registration.active?.postMessage(message) });
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data.acked !== undefined) heard.acked.push(data.acked);
      // The answer to a copy of the last number may come late, and is no end of this one.
      if (data.idle === heard.submitted) heard.idle += 1;
    });
    navigator.serviceWorker.startMessages();
    for (let tries = 0; registration.active?.state !== 'activated' && tries < 500; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }, script);
}

/** Submits a number to a worker that is to die at a point; false when it came to its end without reaching that. */
async function killAt(session: Session, client: Client, script: string, point: number): Promise<boolean> {
  const { n } = session.number();
  const call = session.history.invoke({ actor: client.name, op: 'record', ids: [n] });
  await session.arm(client, point, script);
  await submit(client, n);
  const isKilled = (await until(REACH_MS, async () => session.isKilled(point) || (await idles(client)) > 0, 3)) && session.isKilled(point);
  if (isKilled) await session.killWorkers();
  else await session.arm(client, 0, script);
  const isAcked = await submitUntilDone(client, n);
  session.history.note({ actor: client.name, type: isAcked ? 'ok' : 'info', call, op: 'record', ids: [n] });
  return isKilled;
}

/** How much of which kind the checkers find, up to now. */
async function kindsFound(session: Session, client: Client, name: string): Promise<Map<string, number>> {
  const raw = (await client.tab.evaluate((database) => window.kit.readStores(database), `drain-${name}`)) as Record<string, { n: number }[]>;
  const kinds = new Map<string, number>();
  for (const { kind } of judge(['C1', 'C2', 'C3'], session.history.events, finalOf(raw, session.canary))) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return kinds;
}

/**
 * Sends a number again until it is acknowledged and worked off, as a client does: what a dying worker was sent is lost.
 * The waits grow, since each copy passes points of its own, which a worker that was slow to start would count for the next number.
 */
async function submitUntilDone(client: Client, n: number): Promise<boolean> {
  let wait = FIRST_WAIT_MS;
  return until(DONE_MS, async () => {
    await submit(client, n);
    const isDone = await until(wait, async () => (await heard(client)).includes(n) && (await idles(client)) > 0, 5);
    wait *= 2;
    return isDone;
  });
}

/** Submits a number to the worker, and counts what it says of it from then on. */
const submit = (client: Client, n: number): Promise<unknown> =>
  client.tab.evaluate((number) => {
    const page = window as unknown as { heard: { idle: number; submitted: number }; send: (message: unknown) => void };
    Object.assign(page.heard, { idle: 0, submitted: number });
    page.send({ submit: number });
  }, n);

const heard = (client: Client): Promise<number[]> => client.tab.evaluate(() => (window as unknown as { heard: { acked: number[] } }).heard.acked);
const idles = (client: Client): Promise<number> => client.tab.evaluate(() => (window as unknown as { heard: { idle: number } }).heard.idle);

function finalOf(raw: Record<string, { n: number }[]>, canary: string): FinalState {
  const found = (store: string): FoundAction[] => (raw[store] ?? []).map(({ n }, seq) => ({ loop: 'default', seq, n }));
  return {
    epoch: null,
    history: found('history'),
    pending: found('pending'),
    dead: [],
    nudges: [],
    loops: {},
    rows: {},
    drained: 0,
    polluted: [],
    told: [],
    canary,
    raw,
  };
}
