import { WebSocket } from 'ws';
import { createCalls, type Answer } from './bidi-calls.ts';
import { TabGone } from './engine.ts';

/** The longest that a command may take, in milliseconds; those that wait for a page name their own. */
const COMMAND_MS = 15_000;

type Params = Readonly<Record<string, unknown>>;

/** How a command is sent, where the usual is not right. */
export interface BidiOptions {
  /** Milliseconds. */
  readonly deadline?: number;
  /** What the command dies with, as told to `abandon`. */
  readonly owner?: string;
}

/** A WebDriver BiDi session. Each command settles, whatever dies meanwhile. */
export interface Bidi {
  /** @throws TabGone when the target or the browser is gone; an `Error` when the command was refused */
  send(method: string, params?: object, options?: BidiOptions): Promise<Answer>;
  on(event: string, listener: (params: Params) => void): () => void;
  /** Rejects an owner's commands with `TabGone`: nobody will answer them. */
  abandon(owner: string, what: string): void;
  close(): void;
}

/**
 * Connects with a session.
 *
 * @param url its web socket
 */
export async function connectBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024, handshakeTimeout: COMMAND_MS });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const calls = createCalls();
  const listeners = new Map<string, Set<(params: Params) => void>>();
  socket.on('close', () => calls.end());
  socket.on('error', () => calls.end());

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      id?: number | null;
      result?: Answer;
      error?: string;
      message?: string;
      method?: string;
      params?: Params;
    };
    if (typeof message.id === 'number') {
      const { error, result = {} } = message;
      return calls.settle(message.id, error === undefined ? result : refused(`${error}: ${message.message}`));
    }
    for (const listener of [...(listeners.get(message.method ?? '') ?? [])]) listener(message.params ?? {});
  });

  return {
    send: (method, params = {}, { deadline = COMMAND_MS, owner } = {}) =>
      calls.begin(method, deadline, (id) => socket.send(JSON.stringify({ id, method, params })), owner),
    on(event, listener) {
      const heard = listeners.get(event) ?? new Set();
      listeners.set(event, heard.add(listener));
      return () => void heard.delete(listener);
    },
    abandon: (owner, what) => calls.abandon(owner, what),
    close() {
      calls.end();
      socket.terminate();
    },
  };
}

/** A page that was closed or that crashed under a command refuses it with one of a few sentences. */
function refused(message: string): Error {
  const isGone = /no such frame|DiscardedBrowsingContext|invalid session id|AbortError|actor .*destroyed/i;
  return isGone.test(message) ? new TabGone(`the page (${message})`) : new Error(message);
}
