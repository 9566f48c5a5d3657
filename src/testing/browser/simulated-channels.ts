import { clone } from '../machine.ts';
import type { Life } from './life.ts';
import type { Wire } from './message-faults.ts';

/** The broadcast channels of one origin. */
export interface SimulatedChannels {
  /** Opens a channel, which closes when the life of its user ends. */
  open(name: string, life: Life): BroadcastChannel;
}

export function createSimulatedChannels(wire: Wire): SimulatedChannels {
  /** The open ends of each channel. */
  const ends = new Map<string, Set<EventTarget>>();
  return {
    open(name, life) {
      const all = ends.get(name) ?? new Set();
      ends.set(name, all);
      const end = Object.assign(new EventTarget(), {
        postMessage(data: unknown) {
          if (!all.has(end)) return;
          const message: unknown = clone(data);
          for (const other of all) {
            if (other === end) continue;
            wire.send('hints', () => all.has(other) && other.dispatchEvent(new MessageEvent('message', { data: message })));
          }
        },
        close: () => void all.delete(end),
      });
      if (!life.isOver()) all.add(end);
      life.onEnd(end.close);
      return end as unknown as BroadcastChannel;
    },
  };
}
