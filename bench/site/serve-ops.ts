import { clockStep } from './clock-step.ts';

/** What a port for ops is sent with. */
export const GREETING = 0;

/** What a worker can be asked to do, by name. */
export type Ops = Readonly<Record<string, (argument: never) => unknown>>;

/** A call over the port, and its answer. */
export interface PortCall {
  readonly id: number;
  readonly op: string;
  readonly argument?: unknown;
}

/** The answer to a call. */
export type PortAnswer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/**
 * Lets a page call functions of this worker, over a MessagePort that it sends: the shortest way between the two, so that
 * a floor is one.
 */
export function serveOps(ops: Ops): void {
  addEventListener('message', (event) => {
    const [port] = event.ports;
    // A product in the same worker gets ports too.
    if (port === undefined || event.data !== GREETING) return;
    port.addEventListener('message', ({ data }: MessageEvent<PortCall>) => {
      const { id, op, argument } = data;
      const run = ops[op] as ((argument: unknown) => unknown) | undefined;
      const fail = (error: unknown): void => {
        port.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies PortAnswer);
      };
      if (run === undefined) return fail(`there is no ${op}`);
      try {
        const value = run(argument);
        // Dexie has promises of its own, which are no instances of the browser's.
        if (!isThenable(value)) return port.postMessage({ id, value } satisfies PortAnswer);
        value.then((settled) => port.postMessage({ id, value: settled } satisfies PortAnswer), fail);
      } catch (error) {
        fail(error);
      }
    });
    port.start();
    port.postMessage({ id: 0, value: clockStep() } satisfies PortAnswer);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
