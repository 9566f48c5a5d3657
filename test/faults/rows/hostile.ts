import type { Client } from '../kit/client.ts';
import { must } from '../kit/look.ts';
import { faultOptions } from '../kit/options.ts';
import type { Row } from '../kit/row.ts';
import type { Session } from '../kit/session.ts';
import type { Outcome } from '../site/hostile.ts';

const goalState = { steps: 10_000 };

/** The loop that gets all of it; the main one must not notice. */
const LOOP = 'hostile';

type Entrance = readonly [name: string, attack: (client: Client, seed: number, count: number) => Promise<Outcome>];

const entrances: readonly Entrance[] = [
  ['the page', ({ tab }, seed, count) => tab.evaluate((...given) => window.attacks.throughPage(window.client.loop('hostile'), ...given), seed, count)],
  ['messages', ({ tab }, seed, count) => tab.evaluate(attackByMessages, seed, count)],
  ['the channel', ({ tab }, seed, count) => tab.evaluate((...given) => window.attacks.throughChannel(...given), seed, count)],
  ['files', ({ tab }, seed, count) => tab.evaluate((...given) => window.attacks.throughFiles(window.client.loop('hostile'), ...given), seed, count)],
];

/** Runs in the page. */
async function attackByMessages(seed: number, count: number): Promise<Outcome> {
  const [registration] = await navigator.serviceWorker.getRegistrations();
  const client = crypto.randomUUID();
  const waiting = new Map<string, (code: string) => void>();
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ client?: string; message?: { id: string; value?: { ok: boolean; error?: { code: string } } } } | null>) => {
    if (data?.client !== client || data.message === undefined) return;
    const { id, value } = data.message;
    waiting.get(id)?.(value?.ok === true ? 'ok' : (value?.error?.code ?? 'no code'));
  });
  navigator.serviceWorker.startMessages();
  let order = 0;
  const post = (message: unknown): Promise<string> =>
    new Promise((resolve) => {
      order += 1;
      registration?.active?.postMessage({ nudgeloop: 1, kind: 'request', client, database: 'nudgeloop', order, first: order, message });
      waiting.set((message as { id: string }).id, resolve);
      setTimeout(resolve, 10_000, 'no answer');
    });
  return window.attacks.throughMessages(post, seed, count);
}

/** Stops the workers whenever the page asks for it, which is answered when they are stopped. The result ends that. */
function restartOnRequest(session: Session): () => Promise<void> {
  let isOver = false;
  let held = session.server.hold('/restart');
  const serving = (async () => {
    for (;;) {
      await held.reached;
      if (!isOver) await session.stopWorkers();
      const answered = held;
      held = session.server.hold('/restart');
      answered.release();
      if (isOver) return held.release();
    }
  })();
  serving.catch(() => undefined);
  return async () => {
    isOver = true;
    await fetch(`${session.server.origin}/restart`);
    await serving;
  };
}

/** Whatever comes in by one way, the others and the app's own loop live on. */
async function attack(session: Session): Promise<void> {
  const count = faultOptions.quick ? 10 : Math.min(20 + 10 * faultOptions.rounds, 200);
  const client = await session.open({ goalState });
  await client.openLoop(LOOP, { goalState });
  await client.tab.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        // What is broadcast can't be told as JSON any more.
        window.kit.deafen();
        const script = document.createElement('script');
        script.addEventListener('load', () => resolve());
        script.addEventListener('error', () => reject(new Error('the attacks were not loaded')));
        script.type = 'module';
        script.src = '/hostile.js';
        document.head.append(script);
      }),
  );
  const seed = session.random.between(1, 1_000_000);
  const seen: string[] = [];
  const judge = async (name: string, { tried, problems }: Outcome): Promise<void> => {
    session.note('hostile values', { entrance: name, tried, problems: problems.length });
    seen.push(...problems.slice(0, 20));
    const { type, code } = await client.record();
    must(type === 'ok', `after what came through ${name} the app's own loop ends with ${code ?? type}`);
    must(!(await client.tab.evaluate(() => window.kit.isPolluted())), `what came through ${name} changed Object.prototype`);
  };
  for (const [name, attackThrough] of entrances) await judge(name, await attackThrough(client, seed, count));
  const over = restartOnRequest(session);
  const spoilings = Math.ceil(count / 2);
  await judge('rows', await client.tab.evaluate((...given) => window.attacks.throughRows(window.client.loop('hostile'), ...given, () => fetch('/restart')), seed, spoilings));
  await over();
  const erased = await client.erase({}, LOOP);
  must(erased.type === 'ok', `the loop that got all of it can't be erased: ${erased.code ?? erased.type}`);
  must(seen.length === 0, seen.join('\n        '));
}

/** What nobody should send. */
export const rows: readonly Row[] = [
  {
    row: 33,
    fault: 'hostile and random values come through the page, messages, the channel, files and stored rows',
    promise: 'Each is taken as plain data or refused with a code; no prototype is changed, and the loops live on',
    // Without C8: a broadcast may say anything of epochs, and is a hint.
    judge: ['C1', 'C2', 'C3', 'C4', 'C5', 'C9', 'C10'],
    limit: 400_000,
    quick: true,
    run: attack,
  },
];
