import type { Life } from './life.ts';
import type { Wire } from './message-faults.ts';

/** The broadcast channels of one origin. */
export interface SimulatedChannels {
  /** Opens one, which closes with the life of whoever opened it. */
  open(name: string, life: Life): BroadcastChannel;
}

/** Makes the channels of an origin. */
export function createSimulatedChannels(wire: Wire): SimulatedChannels {
  const all = new Set<SimulatedChannel>();
  return {
    open(name, life) {
      const channel = new SimulatedChannel(name, all, wire);
      if (life.isOver()) channel.close();
      life.onEnd(() => channel.close());
      return channel as unknown as BroadcastChannel;
    },
  };
}

class SimulatedChannel extends EventTarget {
  constructor(
    readonly name: string,
    readonly all: Set<SimulatedChannel>,
    readonly wire: Wire,
  ) {
    super();
    all.add(this);
  }
  postMessage(data: unknown): void {
    if (!this.all.has(this)) return;
    const message: unknown = structuredClone(data);
    for (const other of this.all) {
      if (other === this || other.name !== this.name) continue;
      this.wire.send('hints', () => this.all.has(other) && other.dispatchEvent(new MessageEvent('message', { data: message })));
    }
  }
  close(): void {
    this.all.delete(this);
  }
}
