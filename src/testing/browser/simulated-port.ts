/** Carries a message to the other end, or loses it. */
type Carry = (arrive: () => void) => void;

/** One end of a channel as browsers have it: whoever is at the other end, and whether anybody is, cannot be told. */
export class SimulatedPort extends EventTarget {
  other: SimulatedPort | undefined;
  isClosed = false;
  /** Messages that were sent from this end. */
  sent = 0;
  private isStarted = false;
  private readonly queue: unknown[] = [];

  constructor(private readonly carry: Carry) {
    super();
  }

  postMessage(data: unknown): void {
    const message: unknown = structuredClone(data);
    this.sent += 1;
    const { other } = this;
    if (this.isClosed || other === undefined) return;
    this.carry(() => {
      other.queue.push(message);
      other.flush();
    });
  }

  start(): void {
    this.isStarted = true;
    this.flush();
  }

  close(): void {
    this.isClosed = true;
  }

  private flush(): void {
    if (!this.isStarted) return;
    for (const data of this.queue.splice(0)) if (!this.isClosed) this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

/**
 * Makes two ends that are connected.
 *
 * @param there carries what is sent from the first one
 * @param back carries what is sent from the second
 */
export function createSimulatedPorts(there: Carry = queueMicrotask, back: Carry = queueMicrotask) {
  const [port1, port2] = [new SimulatedPort(there), new SimulatedPort(back)];
  port1.other = port2;
  port2.other = port1;
  return { port1, port2 };
}
