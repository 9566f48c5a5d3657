/**
 * A value that changes, in the two forms that frameworks read: React's `useSyncExternalStore` takes `subscribe` and
 * `getSnapshot`; a `$` of Svelte takes `subscribe` alone.
 */
export interface LoopStore<Value> {
  /**
   * Calls `run` at once with the value, and again whenever it changed.
   *
   * @returns ends the subscription
   */
  subscribe(run: (value: Value) => void): () => void;
  /** The value as it is: the same reference until it changes. */
  getSnapshot(): Value;
}

/**
 * Makes a store. However many subscribe, it listens once, and only while somebody does.
 *
 * @param read the value now
 * @param listen calls what it is given after each change; what it returns ends that
 */
export function createStore<Value>(read: () => Value, listen: (tell: () => void) => () => void): LoopStore<Value> {
  // Each subscription is an object of its own: the same function may be subscribed twice and taken off once.
  const subscriptions = new Set<{ readonly run: (value: Value) => void }>();
  let stop = (): void => undefined;

  const tell = (): void => {
    for (const subscription of [...subscriptions]) {
      // One of those before it may have ended it.
      if (!subscriptions.has(subscription)) continue;
      try {
        // Read for each anew: what one of them does may change the value, and the last to be told must not be told the old one.
        subscription.run(read());
      } catch (error) {
        // It keeps none of the others from being called, and is reported as any uncaught error is.
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
