import { burst } from './burst.ts';
import { connectOps, registerWorker, type CallOp } from './call-ops.ts';
import { answerPings, echoesSent, ping, sendEcho, timeEchoes } from './echoes.ts';
import { nudgeloopRuns } from './nudgeloop-runs.ts';
import { sampleAction, sampleCalls } from './sample-action.ts';
import { GREETING } from './serve-ops.ts';

declare global {
  interface Window {
    bench: typeof bench;
  }
}

/** Milliseconds between two signs of life: a service worker that gets no event for half a minute is stopped. */
const KEEP_MS = 10_000;

const workers = new Map<string, CallOp>();
const channel = new BroadcastChannel('floor');

const find = (url: string): CallOp => {
  const worker = workers.get(url);
  if (worker === undefined) throw new Error(`${url} is not connected`);
  return worker;
};

/** Microseconds of each of so many runs, one at a time. */
async function timeEach(count: number, prepare: (n: number) => () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const run = prepare(n);
    const start = performance.now();
    await run();
    times.push((performance.now() - start) * 1_000);
  }
  return times;
}

const bench = {
  nudgeloop: nudgeloopRuns,
  /** Connects with a worker of the benchmark's own that serves ops. */
  async use(url: string, kind: 'service' | 'dedicated'): Promise<void> {
    if (workers.has(url)) return;
    if (kind === 'dedicated') {
      const worker = new Worker(url);
      workers.set(url, await connectOps((port) => worker.postMessage(GREETING, [port])));
      return;
    }
    const worker = await registerWorker(url);
    workers.set(url, await connectOps((port) => worker.postMessage(GREETING, [port])));
    setInterval(() => worker.postMessage(0), KEEP_MS);
  },
  call: (url: string, op: string, argument?: unknown) => find(url)(op, argument),
  /** Microseconds of each op that takes a record. */
  timeRecords: (url: string, op: string, count: number) =>
    timeEach(count, (n) => {
      const record = sampleAction(n);
      return () => find(url)(op, record);
    }),
  /** Milliseconds for so many calls of an op that takes a record, or a list of so many, so many calls in flight. */
  burstRecords(url: string, op: string, calls: number, inFlight: number, size = 1): Promise<number> {
    const call = find(url);
    const given = sampleCalls(calls, size);
    return burst(calls, inFlight, (n) => call(op, given[n - 1]));
  },
  /** Microseconds of each add of a peer. */
  timePeer: (url: string, peer: string, count: number) => timeEach(count, (n) => () => find(url)('add', { peer, n })),
  /** Microseconds from each record to the floor's broadcast of it. */
  timeTold: (url: string, count: number) =>
    timeEach(count, (n) => {
      const record = sampleAction(n);
      return async () => {
        const told = new Promise<void>((resolve) => {
          channel.addEventListener('message', () => resolve(), { once: true });
        });
        void find(url)('addAndTell', record);
        await told;
      };
    }),
  /** In a second tab: says back to the first one what it hears of it, of the floor and of a client. */
  echo(client: string): void {
    answerPings();
    channel.addEventListener('message', sendEcho);
    nudgeloopRuns.echoNudges(client);
  },
  echoesSent,
  /** Microseconds of each message to a second tab and back. */
  timePings: (count: number) => timeEchoes(count, () => ping),
  /** Microseconds from each record to what a second tab says back of the floor's broadcast of it. */
  timeEchoed: (url: string, count: number) =>
    timeEchoes(count, (n) => {
      const record = sampleAction(n);
      return () => find(url)('addAndTell', record);
    }),
  register: async (url: string): Promise<void> => void (await registerWorker(url)),
  /** Milliseconds from a message to a worker that may be stopped, to its answer. */
  async timeMessage(url: string): Promise<number> {
    const worker = await registerWorker(url);
    const record = sampleAction(0);
    const start = performance.now();
    await new Promise<void>((resolve) => {
      navigator.serviceWorker.addEventListener('message', () => resolve(), { once: true });
      worker.postMessage(record);
    });
    return performance.now() - start;
  },
};

window.bench = bench;
