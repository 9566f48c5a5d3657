import { WebSocket } from 'ws';
import { TabGone } from './engine.ts';

/** The longest that a DevTools command may take, in milliseconds; those that wait for a page name their own. */
const COMMAND_MS = 15_000;

type Params = Readonly<Record<string, unknown>>;

/** One DevTools session: the browser's own, or a page's. Each command settles, whatever dies meanwhile. */
export interface CdpSession {
  /**
   * @param deadline milliseconds
   * @throws TabGone when the session, the target or the browser is gone; an `Error` when the command was refused
   */
  send(method: string, params?: object, deadline?: number): Promise<Record<string, unknown>>;
  on(event: string, listener: (params: Params) => void): () => void;
  /** Ends the session in this process: what waits rejects with `TabGone`. */
  end(): void;
}

/** A connection to a browser's DevTools. */
export interface Cdp {
  /** The browser's own session. */
  readonly browser: CdpSession;
  /** The session under an id that `Target.attachToTarget` gave. */
  session(id: string, what: string): CdpSession;
  close(): void;
}

interface Waiting {
  readonly session: string;
  readonly end: (result: Record<string, unknown> | Error) => void;
}

/**
 * Connects with a browser's DevTools.
 *
 * @param url its web socket
 */
export async function connectCdp(url: string): Promise<Cdp> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(params: Params) => void>>();
  const ended = new Set<string>();
  let ids = 0;
  let isOpen = true;

  const endSession = (session: string, what: string): void => {
    ended.add(session);
    for (const [id, waiter] of waiting) {
      if (waiter.session !== session) continue;
      waiting.delete(id);
      waiter.end(new TabGone(what));
    }
  };

  const endAll = (): void => {
    isOpen = false;
    for (const waiter of waiting.values()) waiter.end(new TabGone('the browser'));
    waiting.clear();
  };
  socket.on('close', endAll);
  socket.on('error', endAll);

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      id?: number;
      method?: string;
      params?: Params;
      result?: Record<string, unknown>;
      error?: { message: string };
      sessionId?: string;
    };
    if (message.id !== undefined) {
      const waiter = waiting.get(message.id);
      waiting.delete(message.id);
      return waiter?.end(message.error === undefined ? (message.result ?? {}) : refused(message.error.message));
    }
    if (message.method === 'Target.detachedFromTarget') endSession(String(message.params?.['sessionId']), 'the tab');
    const key = `${message.sessionId ?? ''} ${message.method}`;
    for (const listener of [...(listeners.get(key) ?? [])]) listener(message.params ?? {});
  });

  const session = (id: string, what: string): CdpSession => ({
    send: (method, params = {}, deadline = COMMAND_MS) =>
      new Promise((resolve, reject) => {
        if (!isOpen || ended.has(id)) return reject(new TabGone(what));
        ids += 1;
        const own = ids;
        const timer = setTimeout(() => {
          waiting.delete(own);
          reject(new Error(`${method} had no answer within ${deadline} ms`));
        }, deadline);
        waiting.set(own, {
          session: id,
          end(result) {
            clearTimeout(timer);
            if (result instanceof Error) reject(result);
            else resolve(result);
          },
        });
        socket.send(JSON.stringify({ id: own, method, params, ...(id === '' ? {} : { sessionId: id }) }));
      }),
    on(event, listener) {
      const key = `${id} ${event}`;
      const heard = listeners.get(key) ?? new Set();
      listeners.set(key, heard.add(listener));
      return () => void heard.delete(listener);
    },
    end: () => endSession(id, what),
  });

  return { browser: session('', 'the browser'), session, close: () => socket.terminate() };
}

/** A page that was navigated or closed under an evaluation refuses it with one of a few sentences. */
function refused(message: string): Error {
  const isGone = /target (closed|crashed)|navigated or closed|context was destroyed|session with given id|promise was collected|cannot find context/i;
  return isGone.test(message) ? new TabGone(`the page (${message})`) : new Error(message);
}
