/**
 * A value that changes, in the two forms that frameworks read: React's `useSyncExternalStore` takes `subscribe` and
 * `getSnapshot`; Svelte's `$` takes `subscribe` alone.
 */
export interface LoopStore<Value> {
  /**
   * Calls `run` at once with the value, and again after each change.
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
  // Each subscription is an object of its own: the same function may be subscribed twice and removed once.
  const subscriptions = new Set<{ readonly run: (value: Value) => void }>();
  let stop = (): void => undefined;

  const tell = (): void => {
    for (const subscription of [...subscriptions]) {
      // An earlier subscriber may have ended it.
      if (!subscriptions.has(subscription)) continue;
      try {
        // Read again for each: a subscriber may change the value, and the later ones must not get the old one.
        subscription.run(read());
      } catch (error) {
        // The others are still called; the error is reported as an uncaught one.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };

  return {
    getSnapshot: read,
    subscribe(run) {
      const subscription = { run };
      if (subscriptions.size === 0) stop = listen(tell);
      subscriptions.add(subscription);
      run(read());
      return () => {
        if (subscriptions.delete(subscription) && subscriptions.size === 0) stop();
      };
    },
  };
}
