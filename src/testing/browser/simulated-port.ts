import { clone, soon } from '../machine.ts';

/** Carries a message to the other end, or loses it. */
type Carry = (arrive: () => void) => void;

/** One end of a channel, as in browsers: it can't tell whether anybody is at the other end. */
export interface SimulatedPort extends EventTarget {
  /** The other end. Without one, messages are lost. */
  other: SimulatedPort | undefined;
  isClosed: boolean;
  /** The number of messages that were sent from this end, alone or in a list. */
  sent: number;
  postMessage(data: unknown): void;
  start(): void;
  close(): void;
  /** Receives a message from the other end. */
  take(data: unknown): void;
}

/**
 * Makes two connected ends.
 *
 * @param there carries the messages of the first end
 * @param back carries the messages of the second end
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
