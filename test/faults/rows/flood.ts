import { readFile } from 'node:fs/promises';
import type { ChromiumBrowser } from '../engines/chromium.ts';
import type { Client } from '../kit/client.ts';
import { must, workedOff } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import { until } from '../kit/wait.ts';

const goalState = { steps: 10_000 };

/** Calls that a page makes without waiting for any. */
const CALLS = 100_000;

/** Messages that a script posts past the client, in each of two rounds. */
const MESSAGES = 50_000;

/** Large messages in each of them, and how large each is, in bytes. */
const LARGE = 20;
const LARGE_BYTES = 10_000_000;

/**
 * What the renderers may take more after the second round than after the first, in bytes: half of what was sent in it.
 * What the first one takes is not given back at once, but must be enough for all that follow.
 */
const GROWTH = (LARGE * LARGE_BYTES) / 2;

/** What a client without options lets wait. */
const QUEUE_LIMIT = 10_000;

/** How calls ended that were made in one go: their numbers by code. */
type Ends = Readonly<Record<string, readonly number[]>>;

declare global {
  interface Window {
    /** What a flood brought, once it is over. */
    flooded?: unknown;
  }
}

/** Milliseconds without an answer after which none is waited for. */
const SILENCE_MS = 20_000;

/** Milliseconds that a flood may take. */
const FLOOD_MS = 600_000;

/** Waits for the end of a flood: in Firefox one takes longer than any single look into a page may. */
async function flooded<T>({ tab }: Client): Promise<T> {
  const isOver = await until(FLOOD_MS, () => tab.evaluate(() => window.flooded !== undefined), 250);
  must(isOver, `a flood was not over within ${FLOOD_MS} ms`);
  return (await tab.evaluate(() => window.flooded)) as T;
}

/** Makes many calls at once, and notes the end of each. Runs in the page. */
function callAtOnce(first: number, count: number, note: string): void {
  delete window.flooded;
  const ends: Record<string, number[]> = {};
  const call = async (n: number): Promise<void> => {
    const code = await window.client.record({ n, steps: n, note }).then(
      () => 'ok',
      (error: { code?: string }) => error.code ?? 'untyped',
    );
    (ends[code] ??= []).push(n);
  };
  void Promise.all(Array.from({ length: count }, (_none, index) => call(first + index))).then(() => (window.flooded = ends));
}

/** Posts many messages at the worker, and counts the answers by code until all have come, or none for long. Runs in the page. */
function postAtOnce(count: number, bytes: number, silenceMs: number): void {
  delete window.flooded;
  const post = async (): Promise<void> => {
    const [registration] = await navigator.serviceWorker.getRegistrations();
    const client = crypto.randomUUID();
    const answers: Record<string, number> = {};
    let answered = 0;
    let last = performance.now();
    const hear = ({ data }: MessageEvent<{ client?: string; message?: { value?: { ok: boolean; error?: { code: string } } } } | null>): void => {
      if (data?.client !== client) return;
      const { value } = data.message ?? {};
      const code = value?.ok === true ? 'ok' : (value?.error?.code ?? 'no code');
      answers[code] = (answers[code] ?? 0) + 1;
      answered += 1;
      last = performance.now();
    };
    navigator.serviceWorker.addEventListener('message', hear);
    const filler = 'x'.repeat(bytes);
    const turn = new MessageChannel();
    for (let order = 1; order <= count; order += 1) {
      const value = { loop: 'flooded', client, seq: order, actions: [{ steps: 1, filler }] };
      const message = { id: `flood-${order}`, type: 'APPLY', path: ['record'], argumentList: [{ type: 'RAW', value }] };
      registration?.active?.postMessage({ nudgeloop: 1, kind: 'request', client, database: 'nudgeloop', order, first: order, message });
      // As an app's own loop would, so that the page stays one that can be looked at. By a message and not by a timer: those of a
      // page in the background fire once a second, and after five minutes once a minute.
      if (order % 1_000 === 0) await new Promise((resolve) => {
        turn.port1.addEventListener('message', resolve, { once: true });
        turn.port1.start();
        turn.port2.postMessage(null);
      });
    }
    last = performance.now();
    while (answered < count && performance.now() - last < silenceMs) await new Promise((resolve) => setTimeout(resolve, 100));
    navigator.serviceWorker.removeEventListener('message', hear);
    window.flooded = answers;
  };
  void post();
}

/** What the browser's renderers take, in bytes; undefined where nobody tells. */
async function memoryOf({ engine, browser }: Session): Promise<number | undefined> {
  if (engine.name !== 'chromium' || process.platform !== 'linux') return undefined;
  let sum = 0;
  for (const { type, pid } of await (browser as ChromiumBrowser).processes()) {
    if (type !== 'renderer') continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    sum += 1_024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return sum;
}

/** Notes calls that were made in the page as calls of the history. */
function noteCalls({ history }: Session, { actor }: Client, ends: Ends): void {
  for (const [code, answered] of Object.entries(ends)) {
    // In the order of the calls: answers may overtake each other, as copies of what was sent again do.
    const ids = [...answered].sort((a, b) => a - b);
    const call = history.invoke({ actor, op: 'record', ids });
    const type = code === 'ok' ? 'ok' : code === 'call.timeout' ? 'info' : 'fail';
    history.note({ actor, op: 'record', call, ids, type, ...(code === 'ok' ? {} : { code }) });
  }
}

async function postRound(session: Session, floods: Client, other: Client, count: number, bytes: number): Promise<void> {
  await floods.tab.evaluate(postAtOnce, count, bytes, SILENCE_MS);
  // A worker takes its messages in their order (Firefox those of other pages too): a call may wait behind all of these, and end in time.
  const beside = await other.record();
  must(beside.type === 'ok' || beside.code === 'call.timeout', `while a script floods, a call of a page ends with ${beside.code ?? beside.type}`);
  session.note('a call beside them', { ended: beside.code ?? beside.type });
  const answers = await flooded<Record<string, number>>(floods);
  session.note('messages at once', { count, bytes, ...answers });
  const answered = Object.values(answers).reduce((sum, each) => sum + each, 0);
  must(answered === count, `of ${count} messages of a flood ${answered} were answered`);
  const odd = Object.keys(answers).filter((code) => !['ok', 'queue.full', 'action.invalid'].includes(code));
  must(odd.length === 0, `messages of a flood are answered with ${odd.join()}`);
  must(bytes < LARGE_BYTES || answers['ok'] === undefined, 'an action of 10 MB was taken');
  must(bytes === LARGE_BYTES || count < 10_000 || (answers['queue.full'] ?? 0) > 0, 'nothing of a flood was too much');
  must((await other.record()).type === 'ok', 'after the flood nothing is recorded');
}

async function flood(session: Session): Promise<void> {
  const share = faultOptions.quick ? 0.05 : 1;
  const [floods, other] = [await session.open({ goalState }), await session.open({ goalState })];
  await floods.openLoop('flooded', { goalState });
  const first = session.number().n + 1;
  // Before anybody else records: no two actions share a number.
  session.skipNumbers(CALLS * share);
  await floods.tab.evaluate(callAtOnce, first, CALLS * share, session.canary);
  const amid = await other.record();
  must(amid.type === 'ok', `while one page floods, a call of another ends with ${amid.code ?? amid.type}`);
  const ends = await flooded<Ends>(floods);
  session.note('calls at once', Object.fromEntries(Object.entries(ends).map(([code, ids]) => [code, ids.length])));
  const wrong = Object.keys(ends).filter((code) => !['ok', 'queue.full', 'call.timeout'].includes(code));
  must(wrong.length === 0, `calls of a flood end with ${wrong.join()}`);
  const taken = (ends['ok'] ?? []).length + (ends['call.timeout'] ?? []).length;
  must(taken <= QUEUE_LIMIT, `${taken} calls were let in at once, and the limit is ${QUEUE_LIMIT}`);
  must((ends['ok'] ?? []).length > 100, 'of a flood hardly anything was taken');
  noteCalls(session, floods, ends);

  const memory: (number | undefined)[] = [];
  for (let round = 0; round < 2; round += 1) {
    await postRound(session, floods, other, MESSAGES * share, 10);
    await postRound(session, floods, other, LARGE, LARGE_BYTES);
    memory.push(await memoryOf(session));
  }
  await workedOff(other, 60_000);
  const [once, twice] = memory;
  session.note('memory', { once: once ?? null, twice: twice ?? null });
  if (once !== undefined && twice !== undefined) {
    must(twice - once < GROWTH, `the renderers take ${Math.round((twice - once) / 1_000_000)} MB more after the second flood than after the first`);
  }
  const erased = await floods.erase({}, 'flooded');
  must(erased.type === 'ok', `what was flooded can't be erased: ${erased.code ?? erased.type}`);
}

/** More than anybody can take. */
export const rows: readonly Row[] = [
  {
    row: 34,
    fault: 'a hundred thousand calls and messages at once, and messages of 10 MB',
    promise: 'What is too much is refused with a code, calls of others go on or end in time, and memory does not grow with it',
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    limit: 900_000,
    run: flood,
  },
];
