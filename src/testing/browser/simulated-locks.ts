import type { Life } from './life.ts';

interface Request {
  readonly clientId: string;
  grant(): void;
  /** Another request steals the lock: this one rejects, and its work continues. */
  lose(): void;
}

/** The Web Locks of one origin. They are exclusive, and granted in the order of the requests. */
export interface SimulatedLocks {
  /**
   * The locks as one worker or page sees them. When its life ends, it releases the locks that it holds or waits for.
   */
  of(life: Life): LockManager;
}

export function createSimulatedLocks(): SimulatedLocks {
  const queues = new Map<string, Request[]>();
  /** A name for each worker or page. */
  const clients = new Map<Life, string>();

  const leave = (name: string, request: Request): void => {
    const queue = queues.get(name) ?? [];
    const place = queue.indexOf(request);
    if (place < 0) return;
    queue.splice(place, 1);
    if (queue.length === 0) queues.delete(name);
    else if (place === 0) queue[0]!.grant();
  };

  const request = <T>(life: Life, name: string, { signal, steal = false }: LockOptions, work: () => T | Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      let isHeld = false;
      const own: Request = {
        clientId: clients.get(life) ?? '',
        grant() {
          isHeld = true;
          void Promise.resolve().then(work).then(resolve, reject).finally(() => leave(name, own));
        },
        lose: () => reject(new DOMException('Lock broken by another request with the "steal" option.', 'AbortError')),
      };
      const giveUp = (): void => {
        // By the specification, a granted lock is not taken back.
        if (isHeld) return;
        leave(name, own);
        reject(signal?.reason as Error);
      };
      if (life.isOver()) return;
      if (signal?.aborted === true) return giveUp();
      signal?.addEventListener('abort', giveUp);
      life.onEnd(() => leave(name, own));
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      if (steal) {
        queue.splice(0, 1, own).forEach((holder) => holder.lose());
        own.grant();
      } else if (queue.push(own) === 1) own.grant();
    });

  return {
    of(life) {
      clients.set(life, clients.get(life) ?? `client-${clients.size}`);
      return {
        query: async () => ({ held: [...queues].map(([name, [holder]]) => ({ name, clientId: holder?.clientId })), pending: [] }),
        request(name: string, ...rest: readonly unknown[]) {
          return request(life, name, (rest.length > 1 ? rest[0] : {}) as LockOptions, rest.at(-1) as () => unknown);
        },
      } as LockManager;
    },
  };
}
