/** One end of a channel as browsers have it: whoever is at the other end, and whether anybody is, cannot be told. */
export class FakePort extends EventTarget {
  other: FakePort | undefined;
  isClosed = false;
  /** Messages that were sent from this end, alone or in a list. */
  sent = 0;
  private isStarted = false;
  private readonly queue: unknown[] = [];

  postMessage(data: unknown): void {
    const message: unknown = structuredClone(data);
    this.sent += Array.isArray(data) ? data.length : 1;
    const { other } = this;
    if (this.isClosed || other === undefined) return;
    queueMicrotask(() => {
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

/** Makes two ends that are connected. */
export function createFakePorts() {
  const [port1, port2] = [new FakePort(), new FakePort()];
  port1.other = port2;
  port2.other = port1;
  return { port1, port2 };
}
