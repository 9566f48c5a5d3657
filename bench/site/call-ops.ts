import { FINE_MS } from './clock-step.ts';
import type { PortAnswer, PortCall } from './serve-ops.ts';

/** Calls a function of a worker. */
export type CallOp = (op: string, argument?: unknown) => Promise<unknown>;

/**
 * Connects with a worker that serves ops.
 *
 * @param post sends the port's other end to it; for a service worker this is also what starts it, and keeps it for
 *   half a minute: what comes over the port does not
 */
export async function connectOps(post: (transfer: MessagePort) => void): Promise<CallOp> {
  const { port1: port, port2 } = new MessageChannel();
  const waiting = new Map<number, (answer: PortAnswer) => void>();
  let ids = 0;
  port.addEventListener('message', ({ data }: MessageEvent<PortAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  port.start();
  const answered = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(id, (answer) => ('error' in answer ? reject(new Error(answer.error)) : resolve(answer.value)));
    });
  const greeting = answered(0);
  post(port2);
  const step = Number(await greeting);
  if (!(step <= FINE_MS)) throw new Error(`the worker's clock is too coarse: it goes in steps of ${step} ms`);
  return (op, argument) => {
    ids += 1;
    const answer = answered(ids);
    port.postMessage({ id: ids, op, argument } satisfies PortCall);
    return answer;
  };
}

/** Registers a service worker, and waits until it is active. */
export async function registerWorker(url: string): Promise<ServiceWorker> {
  const registration = await navigator.serviceWorker.register(url);
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker === null) throw new Error(`${url} was not registered`);
  if (worker.state === 'activated') return worker;
  return new Promise((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve(worker);
      if (worker.state === 'redundant') reject(new Error(`${url} was not activated`));
    });
  });
}
