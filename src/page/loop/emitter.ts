import { NudgeloopError } from '../../errors.ts';

/** Calls listeners by the name of an event. */
export interface Emitter<Events> {
  /**
   * Adds a listener; the returned function removes it.
   *
   * @throws NudgeloopError `queue.full`
   */
  on<Name extends keyof Events>(event: Name, listener: (payload: Events[Name]) => void): () => void;
  /**
   * Calls the listeners of an event, in the order in which they were added.
   *
   * @param payload what each gets, or a function that makes it anew for each
   */
  emit<Name extends keyof Events>(event: Name, payload: Events[Name] | (() => Events[Name])): void;
  /** Whether anybody listens to an event. */
  hears(event: keyof Events): boolean;
  /** Removes all listeners. */
  clear(): void;
}

/**
 * Makes an emitter. If a listener throws, the others are still called.
 *
 * @param limit the most listeners of one event
 * @param failed called with what a listener threw
 */
export function createEmitter<Events>(limit: number, failed: (event: keyof Events, error: unknown) => void): Emitter<Events> {
  // Each subscription is an object of its own: the same function may be added twice and removed once.
  const listeners = new Map<keyof Events, Set<{ readonly call: (payload: never) => void }>>();
  return {
    on(event, listener) {
      const subscription = { call: listener };
      const all = listeners.get(event) ?? new Set();
      if (all.size >= limit) {
        const text = `The event "${String(event)}" already has ${limit} listeners (listenerLimit). To remove one, call what on() returned.`;
        throw new NudgeloopError('queue.full', text, { seen: all.size, limit });
      }
      listeners.set(event, all.add(subscription));
      return () => void all.delete(subscription);
    },
    emit(event, payload) {
      const all = listeners.get(event) ?? new Set();
      for (const subscription of [...all]) {
        // An earlier listener may have removed it.
        if (!all.has(subscription)) continue;
        try {
          subscription.call((typeof payload === 'function' ? (payload as () => unknown)() : payload) as never);
        } catch (error) {
          failed(event, error);
        }
      }
    },
    hears: (event) => (listeners.get(event)?.size ?? 0) > 0,
    clear: () => listeners.forEach((all) => all.clear()),
  };
}
