import { clone, soon } from '../machine.ts';

/** Carries a message to the other end, or loses it. */
type Carry = (arrive: () => void) => void;

/** One end of a channel as browsers have it: whoever is at the other end, and whether anybody is, cannot be told. */
export interface SimulatedPort extends EventTarget {
  /** The other end; without one, what is sent is lost. */
  other: SimulatedPort | undefined;
  isClosed: boolean;
  /** Messages that were sent from this end, alone or in a list. */
  sent: number;
  postMessage(data: unknown): void;
  start(): void;
  close(): void;
  /** Takes a message that came from the other end. */
  take(data: unknown): void;
}

/**
 * Makes two ends that are connected.
 *
 * @param there carries what is sent from the first one
 * @param back carries what is sent from the second
 */
export function createSimulatedPorts(there: Carry = soon, back: Carry = soon) {
  const [port1, port2] = [createPort(there), createPort(back)];
  port1.other = port2;
  port2.other = port1;
  return { port1, port2 };
}

function createPort(carry: Carry): SimulatedPort {
  const queue: unknown[] = [];
  let isStarted = false;

  const flush = (): void => {
    if (!isStarted) return;
    for (const data of queue.splice(0)) if (!port.isClosed) port.dispatchEvent(new MessageEvent('message', { data }));
  };

  const port: SimulatedPort = Object.assign(new EventTarget(), {
    other: undefined,
    isClosed: false,
    sent: 0,
    postMessage(data: unknown) {
      const message: unknown = clone(data);
      port.sent += (data as { readonly parts?: readonly unknown[] } | null)?.parts?.length ?? 1;
      const { other } = port;
      if (!port.isClosed && other !== undefined) carry(() => other.take(message));
    },
    start() {
      isStarted = true;
      flush();
    },
    close: () => void (port.isClosed = true),
    take(data: unknown) {
      queue.push(data);
      flush();
    },
  });
  return port;
}
