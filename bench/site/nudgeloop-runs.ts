import { createNudgeloop, type ClientOptions, type Nudge, type NudgeloopClient } from 'nudgeloop';
import { burst } from './burst.ts';
import { sendEcho, timeEchoes } from './echoes.ts';
import { sampleAction, sampleCalls } from './sample-action.ts';

/** What a page connects with: the client's options as far as they are plain data. */
export interface ConnectOptions extends Omit<ClientOptions, 'clock' | 'newId' | 'logSinks' | 'serviceWorker'> {
  readonly serviceWorker?: { readonly url: string };
}

const clients = new Map<string, NudgeloopClient>();

const find = (name: string): NudgeloopClient => {
  const client = clients.get(name);
  if (client === undefined) throw new Error(`${name} is not connected`);
  return client;
};

/** Records, and fails unless the receipt says that all of it is stored durably, and for the first time. */
async function record(client: NudgeloopClient, actions: Parameters<NudgeloopClient['record']>[0]): Promise<void> {
  const expected = Array.isArray(actions) ? actions.length : 1;
  const { durable, duplicate, count } = await client.record(actions);
  if (!durable || duplicate || count !== expected) throw new Error(`not the receipt that was wanted: ${JSON.stringify({ durable, duplicate, count })}`);
}

const microseconds = (from: number): number => (performance.now() - from) * 1_000;

/** Runs of the product, driven from Node. Clients go by name. */
export const nudgeloopRuns = {
  /** Connects, and fails unless it is the service worker that answers, durably. */
  async connect(name: string, options: ConnectOptions): Promise<void> {
    const client = createNudgeloop({ ...options, fallback: false, deadline: 60_000 });
    clients.set(name, client);
    const { host, durable } = await client.ready;
    if (host !== 'service-worker' || !durable) throw new Error(`hosted by ${host}, durable: ${durable}`);
  },
  /** Microseconds from each call to its receipt, one call at a time. */
  async recordEach(name: string, count: number): Promise<number[]> {
    const client = find(name);
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const action = sampleAction(n);
      const start = performance.now();
      await record(client, action);
      times.push(microseconds(start));
    }
    return times;
  },
  /** Microseconds from each call to its nudge in the listener, one call at a time. */
  async recordToNudge(name: string, count: number): Promise<number[]> {
    const client = find(name);
    const times: number[] = [];
    let heard: (nudge: Nudge) => void = () => undefined;
    const off = client.on('nudge', (nudge) => heard(nudge));
    for (let n = 0; n < count; n += 1) {
      const action = sampleAction(n);
      const nudges: Nudge[] = [];
      const start = performance.now();
      const told = new Promise<void>((resolve) => {
        heard = (nudge) => {
          times.push(microseconds(start));
          nudges.push(nudge);
          resolve();
        };
      });
      await Promise.all([record(client, action), told]);
      if (nudges.length !== 1) throw new Error(`${nudges.length} nudges for one action`);
    }
    off();
    return times;
  },
  /** In a second tab: says back to the first one that a nudge came. */
  echoNudges: (name: string): void => void find(name).on('nudge', sendEcho),
  /** Microseconds from each call to what a second tab says back when its nudge came there, one call at a time. */
  recordToEcho: (name: string, count: number) =>
    timeEchoes(count, (n) => {
      const action = sampleAction(n);
      return () => record(find(name), action);
    }),
  /** Milliseconds for so many calls with so many actions each, so many calls in flight. */
  async recordBurst(name: string, calls: number, inFlight: number, size = 1): Promise<number> {
    const client = find(name);
    const given = sampleCalls(calls, size);
    return burst(calls, inFlight, (n) => record(client, given[n - 1]!));
  },
  /** Acknowledges every nudge, so that the outbox does not grow over its limit, and says how many there were. */
  async acknowledgeAll(name: string): Promise<number> {
    const client = find(name);
    let count = 0;
    for (let nudges = await client.nudges(); nudges.length > 0; nudges = await client.nudges()) count += await client.acknowledge(nudges);
    return count;
  },
  /** Milliseconds of one call that only reads. */
  async readNewest(name: string): Promise<number> {
    const start = performance.now();
    const entries = await find(name).history({ limit: 1 });
    if (entries.length !== 1) throw new Error('there is no newest action');
    return performance.now() - start;
  },
  poke: (name: string) => find(name).poke(),
  /** How many actions are retained. */
  held: async (name: string): Promise<number> => (await find(name).inspect()).loop.history.count,
  /** How many nudges nobody acknowledged are kept, and how many gave way to newer ones. */
  async outbox(name: string): Promise<{ readonly count: number; readonly dropped: number }> {
    const { count, dropped } = (await find(name).inspect()).loop.outbox;
    return { count, dropped };
  },
};

