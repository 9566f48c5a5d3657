/** An event as the other SDK saw it, in words. */
const seen: string[] = [];

interface AnyEvent extends Event {
  readonly data?: unknown;
  readonly tag?: string;
  readonly notification?: Notification;
  readonly source?: { postMessage: (data: unknown) => void } | null;
}

// Another SDK in the same worker, such as one for messaging or analytics: it listens to all that we do, and minds its own.
const listen = (type: string, idOf: (event: AnyEvent) => unknown, act?: (event: AnyEvent) => void): void => {
  addEventListener(type, (event: AnyEvent) => {
    const id = idOf(event);
    if (typeof id !== 'string' || !id.startsWith('sdk:')) return;
    seen.push(`${type} ${id}`);
    act?.(event);
  });
};
listen('message', ({ data }) => (data as { sdk?: string } | null)?.sdk, (event) => event.source?.postMessage({ sdk: 'sdk:answer', got: event.data }));
listen('sync', ({ tag }) => tag);
listen('periodicsync', ({ tag }) => tag);
listen('notificationclick', ({ notification }) => notification?.tag, ({ notification }) => notification?.close());
listen('notificationclose', ({ notification }) => notification?.tag);

Object.assign(globalThis, { seen });
