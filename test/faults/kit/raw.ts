import type { Client } from './client.ts';

/** The answer to a message that bypassed the client. */
export interface RawAnswer {
  readonly ok?: boolean;
  readonly value?: unknown;
  readonly error?: { readonly code: string };
}

/** A call as it is in a message. */
export interface RawCall {
  readonly client: string;
  readonly order: number;
  /** The oldest call that its client awaits: copies of older ones do not run. @default `order` */
  readonly first?: number;
  readonly method: string;
  readonly argument: unknown;
}

/**
 * Sends a call to a worker without the client. If another worker replaces one that waits, the call goes to that: a
 * worker that is replaced drops what it was sent.
 *
 * @param page the page that sends it
 * @param call what to send
 * @param which the worker of the registration under `path`
 * @returns the answer; null if none came in time
 */
export function sendRaw(
  { tab }: Client,
  call: RawCall,
  { path = '/nudgeloop/service-worker.js', which = 'active', database = 'nudgeloop', ms = 5_000 }: {
    readonly path?: string;
    readonly which?: 'active' | 'waiting';
    readonly database?: string;
    readonly ms?: number;
  } = {},
): Promise<RawAnswer | null> {
  return tab.evaluate(
    async ({ client, order, first = order, method, argument }, at) => {
      const all = await navigator.serviceWorker.getRegistrations();
      const registration = all.find(({ active }) => active !== null && new URL(active.scriptURL).pathname === at.path);
      const found = registration?.[at.which];
      if (!registration || !found) throw new Error(`there is no ${at.which} worker`);
      let asked: ServiceWorker = found;
      const id = `raw-${Math.random()}`;
      return new Promise<RawAnswer | null>((resolve) => {
        const hear = ({ data }: MessageEvent<{ message?: { id?: string; value?: RawAnswer } } | null>): void => {
          if (data?.message?.id === id) end(data.message.value ?? null);
        };
        const end = (answer: RawAnswer | null): void => {
          clearTimeout(timer);
          clearInterval(follow);
          navigator.serviceWorker.removeEventListener('message', hear, { capture: true });
          resolve(answer);
        };
        const timer = setTimeout(() => end(null), at.ms);
        navigator.serviceWorker.addEventListener('message', hear, { capture: true });
        navigator.serviceWorker.startMessages();
        const message = { id, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: argument }] };
        const send = (): void =>
          asked.postMessage({ nudgeloop: 1, kind: 'request', client, database: at.database, order, first, message });
        send();
        // The browser looks for updates by itself too, and may replace the one that waits.
        const follow = setInterval(() => {
          if (at.which === 'active' || asked.state !== 'redundant' || registration.waiting === null) return;
          asked = registration.waiting;
          send();
        }, 50);
      });
    },
    call,
    { path, which, database, ms },
  );
}

/** Records without the client, and notes it in the history like any other call. */
export async function recordRaw(
  page: Client,
  { client, order, first = order, actions, epoch, loop = 'default' }: {
    readonly client: string;
    readonly order: number;
    readonly first?: number;
    readonly actions: readonly (Readonly<Record<string, unknown>> & { readonly n: number })[];
    readonly epoch?: string;
    readonly loop?: string;
  },
  where: Parameters<typeof sendRaw>[2] = {},
): Promise<RawAnswer | null> {
  const { history } = page.context;
  const ids = actions.map(({ n }) => n);
  const call = history.invoke({ actor: client, op: 'record', ids, value: { order, loop } });
  const argument = { loop, client, seq: order, actions, ...(epoch === undefined ? {} : { epoch }) };
  const answer = await sendRaw(page, { client, order, first, method: 'record', argument }, where);
  const about = { actor: client, op: 'record', call, ids };
  if (answer === null) history.note({ ...about, type: 'info', code: 'call.timeout' });
  else if (answer.ok === true) history.note({ ...about, type: 'ok', value: (answer.value as { receipt: never }).receipt });
  else history.note({ ...about, type: 'fail', code: answer.error?.code ?? 'untyped' });
  return answer;
}
