/**
 * A value that changes, in the two forms that frameworks read: React's `useSyncExternalStore` takes `subscribe` and
 * `getSnapshot`; Svelte's `$` takes `subscribe` alone.
 */
export interface LoopStore<Value> {
  /**
   * Calls `run` at once with the value, and again after each change. What it throws is reported as an uncaught error.
   *
   * @returns a function that ends the subscription
   */
  subscribe(run: (value: Value) => void): () => void;
  /** Returns the current value: the same reference until it changes. */
  getSnapshot(): Value;
}

/**
 * Makes a store. However many subscribe, it listens once, and only while there are subscribers.
 *
 * @param read returns the current value
 * @param listen calls its argument after each change, and returns a function that ends that
 */
export function createStore<Value>(read: () => Value, listen: (tell: () => void) => () => void): LoopStore<Value> {
  // A function for each subscription: the same one may be subscribed twice and removed once.
  const subscriptions = new Set<() => void>();
  let stop: () => void;

  // An earlier subscriber may have ended a later one.
  const tell = (): void => [...subscriptions].forEach((call) => subscriptions.has(call) && call());

  return {
    getSnapshot: read,
    subscribe(run) {
      const call = (): void => {
        try {
          // Read again for each: a subscriber may change the value, and the later ones must not get the old one.
          run(read());
        } catch (error) {
          // The others are still called, and who subscribes gets the function that ends it; the error is reported as an
          // uncaught one.
          queueMicrotask(() => {
            throw error;
          });
        }
      };
      if (subscriptions.size === 0) stop = listen(tell);
      subscriptions.add(call);
      call();
      return () => {
        if (subscriptions.delete(call) && subscriptions.size === 0) stop();
      };
    },
  };
}
