import { createNudgeloop, isNudgeloopError, type ClientOptions, type Clock, type LoopClient, type NudgeloopClient } from 'nudgeloop';
import { readStores } from './read-stores.ts';
import { isPolluted, watchHost } from './watch-host.ts';

/** Something that was told to this page. */
export interface Told {
  readonly t: number;
  readonly op: string;
  readonly value: unknown;
}

/** How a call ended, and what was told before that. */
export interface Ended {
  readonly t: number;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly code?: string;
  readonly epoch?: string;
  readonly told: readonly Told[];
}

/** What the harness asks for beside the client's own options. */
export interface PageOptions extends Omit<ClientOptions, 'clock' | 'newId' | 'logSinks' | 'serviceWorker' | 'strategies'> {
  readonly serviceWorker?: { readonly url: string; readonly scope?: string } | false;
  /** Lets the client's timers run so many times faster; what it calls a second is a fraction of one. @default 1 */
  readonly speed?: number;
  /** Milliseconds by which the page's clock is wrong; null for one that stands still, `NaN` for one that is broken. @default 0 */
  readonly clockOffset?: number | null | 'NaN';
}

declare global {
  interface Window {
    client: NudgeloopClient;
    kit: typeof kit;
    /** Whether the page's own strategy `held` does not answer yet. */
    isHeld?: boolean;
    /** Whether it was ever asked. */
    isAsked?: boolean;
    /** Whether it ever answered. */
    hasAnswered?: boolean;
  }
}

watchHost();

const told: Told[] = [];
const tell = (op: string, value: unknown): void => void told.push({ t: Date.now(), op, value });
const take = (): readonly Told[] => told.splice(0);

window.addEventListener('unhandledrejection', ({ reason }) => tell('unhandled', { text: String(reason) }));
window.addEventListener('error', ({ message }) => tell('unhandled', { text: message }));

const startedAt = Date.now();
let speed = 1;
let clockOffset: number | null | 'NaN' = 0;
let channel: BroadcastChannel | undefined;
const clock: Clock = {
  now: () => (clockOffset === null ? startedAt : clockOffset === 'NaN' ? Number.NaN : Date.now() + clockOffset),
  schedule(ms, run) {
    const timer = setTimeout(run, Math.min(ms / speed, 2_147_483_647));
    return () => clearTimeout(timer);
  },
};

function listen(client: LoopClient): void {
  client.on('nudge', ({ id, seq, loop, cause, suggestions }) => {
    tell('nudge', { id, seq, loop, cause, ns: suggestions.map((suggestion) => suggestion['n'] ?? null) });
  });
  client.on('acknowledged', (event) => tell('acknowledged', event));
  client.on('erased', (event) => tell('erased', event));
  client.on('epoch.reset', (event) => tell('epoch.reset', event));
  client.on('update', (event) => tell('update', event));
  client.on('log', (event) => tell('log', event));
}

/** Walks to a method such as `deadLetters.list`, and calls it. */
async function run(op: string, given: readonly unknown[], loop: string | undefined): Promise<unknown> {
  const client = loop === undefined ? window.client : window.client.loop(loop);
  const path = op.split('.');
  const owner = path.slice(0, -1).reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], client);
  const method = (owner as Record<string, (...all: unknown[]) => unknown>)[path.at(-1)!]!;
  return method.apply(owner, [...given]);
}

/** What a page without a worker may choose. */
const strategies: NonNullable<ClientOptions['strategies']> = {
  held: () => ({
    async suggestActions(_history, actions) {
      window.isAsked = true;
      while (window.isHeld === true) await new Promise((resolve) => setTimeout(resolve, 20));
      window.hasAnswered = true;
      return actions.map((action) => ({ ...action, steps: 1 }));
    },
  }),
};

const kit = {
  /** Makes the client; the page has one at a time. */
  connect(options: PageOptions): void {
    const { speed: wantedSpeed = 1, clockOffset: wantedOffset = 0, ...rest } = options;
    speed = wantedSpeed;
    clockOffset = wantedOffset;
    window.client = createNudgeloop({ ...rest, strategies, clock });
    listen(window.client);
    const opened = new BroadcastChannel(`nudgeloop:1:${rest.database ?? 'nudgeloop'}`);
    opened.addEventListener('message', ({ data }: MessageEvent<unknown>) => tell('broadcast', data));
    channel = opened;
    // An open channel throws a page out of the browser's memory.
    window.addEventListener('pagehide', () => opened.close());
  },
  /** Opens another loop over the same connection. */
  openLoop(name: string, options: Parameters<NudgeloopClient['loop']>[1]): void {
    listen(window.client.loop(name, options));
  },
  /** Calls a method of the client and says how it ended; it never rejects. */
  async call(op: string, given: readonly unknown[], loop?: string): Promise<Ended> {
    const end = (rest: Pick<Ended, 'ok' | 'value' | 'code'>): Ended => {
      const { epoch } = window.client.state();
      return { t: Date.now(), ...rest, ...(epoch === null ? {} : { epoch }), told: take() };
    };
    try {
      return end({ ok: true, value: (await run(op, given, loop)) ?? null });
    } catch (error) {
      const code = isNudgeloopError(error) ? error.code : 'untyped';
      const { message, details = null } = error as Error & { details?: unknown };
      return end({ ok: false, code, value: { message, details } });
    }
  },
  take,
  setClockOffset: (offset: number | null | 'NaN'): void => void (clockOffset = offset),
  readStores,
  /** Notes no broadcasts any more: hostile ones can't be told as JSON. */
  deafen: (): void => channel?.close(),
  /** Arms the worker: it stands still at the n-th kill point from now on; 0 disarms it. */
  async arm(n: number, url: string): Promise<void> {
    const registrations = await navigator.serviceWorker.getRegistrations();
    const workers = registrations.map(({ active }) => active).filter((worker) => worker !== null);
    const worker = workers.find(({ scriptURL }) => new URL(scriptURL).pathname === url);
    if (worker === undefined) throw new Error('there is no worker to arm');
    worker.postMessage({ armKillPoint: n });
  },
  isPolluted,
};

window.kit = kit;
