import type { Engine } from '../engines/engine.ts';
import { judge } from '../kit/checkers.ts';
import type { Client } from '../kit/client.ts';
import type { FinalState, FoundAction } from '../kit/final-state.ts';
import { Session } from '../kit/session.ts';
import { until } from '../kit/wait.ts';

/** More points than any of the drains has. */
const MOST_POINTS = 200;

/** How long a worker may take to reach a point or the end, in milliseconds: on a busy machine one starts slowly. */
const REACH_MS = 15_000;

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
 * @param step every so many points only
 * @returns whether all were found out, and a line for the report
 */
export async function proveCheckers(engine: Engine, seed: number, step = 1): Promise<{ readonly isProved: boolean; readonly line: string }> {
  const parts: string[] = [];
  let isProved = true;
  for (const [name, guilt] of Object.entries(GUILT)) {
    const session = await Session.create({ engine, seed, isolated: true });
    try {
      const { points, kinds } = await judgeDrain(session, name, step);
      const isRight = points > 5 && guilt.every((kind) => kinds.has(kind)) && kinds.size === guilt.length;
      isProved &&= isRight;
      const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'nothing';
      parts.push(`${name}: ${counts} at ${points} kill points${isRight ? '' : ' (WRONG)'}`);
    } finally {
      await session.dispose();
    }
  }
  return { isProved, line: `proof: ${parts.join('; ')}` };
}

async function judgeDrain(session: Session, name: string, step: number): Promise<{ points: number; kinds: Map<string, number> }> {
  const script = `/drains/${name}.js`;
  const client = await session.openTab();
  await client.tab.evaluate(async (path) => {
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
  let points = 0;
  for (let point = 1; point < MOST_POINTS; point += step) {
    const { n } = session.number();
    const call = session.history.invoke({ actor: client.name, op: 'record', ids: [n] });
    await session.arm(client, point, script);
    await submit(client, n);
    const isKilled = (await until(REACH_MS, async () => session.isKilled(point) || (await idles(client)) > 0, 3)) && session.isKilled(point);
    if (isKilled) await session.killWorkers();
    else await session.arm(client, 0, script);
    // Sent again until it is acknowledged and worked off, as a client does: what a dying worker was sent is lost.
    const isAcked = await until(5_000, async () => {
      await submit(client, n);
      return until(120, async () => (await heard(client)).includes(n) && (await idles(client)) > 0, 5);
    });
    session.history.note({ actor: client.name, type: isAcked ? 'ok' : 'info', call, op: 'record', ids: [n] });
    if (!isKilled) break;
    points += 1;
  }
  const raw = (await client.tab.evaluate((database) => window.kit.readStores(database), `drain-${name}`)) as Record<string, { n: number }[]>;
  const kinds = new Map<string, number>();
  for (const { kind } of judge(['C1', 'C2', 'C3'], session.history.events, finalOf(raw, session.canary))) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return { points, kinds };
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
