import { TabGone } from './engine.ts';

/** What a command answered. */
export type Answer = Record<string, unknown>;

/** Commands on their way over a connection. Each settles: with its answer, at its deadline, or when its end is known. */
export interface Calls {
  /**
   * Begins a command.
   *
   * @param what its name, for the error at its deadline
   * @param deadline milliseconds
   * @param send hands it over under an id
   * @param owner whatever it dies with, beside the connection
   */
  begin(what: string, deadline: number, send: (id: number) => void, owner?: string): Promise<Answer>;
  settle(id: number, result: Answer | Error): void;
  /** Rejects an owner's commands. */
  abandon(owner: string, what: string): void;
  /** Rejects all of them, and whatever is begun later. */
  end(): void;
}

/** Makes an empty list of commands. */
export function createCalls(): Calls {
  const waiting = new Map<number, { readonly owner: string | undefined; readonly end: (result: Answer | Error) => void }>();
  let ids = 0;
  let isOpen = true;

  const settle = (id: number, result: Answer | Error): void => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    waiter?.end(result);
  };

  return {
    settle,
    begin: (what, deadline, send, owner) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(new TabGone('the browser'));
        ids += 1;
        const id = ids;
        const timer = setTimeout(() => settle(id, new Error(`${what} had no answer within ${deadline} ms`)), deadline);
        waiting.set(id, {
          owner,
          end(result) {
            clearTimeout(timer);
            if (result instanceof Error) reject(result);
            else resolve(result);
          },
        });
        send(id);
      }),
    abandon(owner, what) {
      for (const [id, waiter] of [...waiting]) if (waiter.owner === owner) settle(id, new TabGone(what));
    },
    end() {
      isOpen = false;
      for (const id of [...waiting.keys()]) settle(id, new TabGone('the browser'));
    },
  };
}
