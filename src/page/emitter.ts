import { NudgeloopError } from '../errors.ts';

/** Calls listeners by the name of an event. */
export interface Emitter<Events> {
  /**
   * Adds a listener; the returned function takes it off.
   *
   * @throws NudgeloopError `queue.full`
   */
  on<Name extends keyof Events>(event: Name, listener: (payload: Events[Name]) => void): () => void;
  /**
   * Calls the listeners of an event, in the order in which they came.
   *
   * @param payload what each is given, or what tells it anew for each
   */
  emit<Name extends keyof Events>(event: Name, payload: Events[Name] | (() => Events[Name])): void;
  /** Whether anybody listens to an event. */
  hears(event: keyof Events): boolean;
  /** Lets all listeners go. */
  clear(): void;
}

/**
 * Makes an emitter. A listener that throws keeps none of the others from being called.
 *
 * @param limit listeners of one event at the most
 * @param failed is told what a listener threw
 */
export function createEmitter<Events>(limit: number, failed: (event: keyof Events, error: unknown) => void): Emitter<Events> {
  // Each subscription is an object of its own: the same function may be subscribed twice and taken off once.
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
        // One before it may have taken it off.
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
