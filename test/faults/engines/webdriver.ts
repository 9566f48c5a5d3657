import { TabGone } from './engine.ts';

/** The longest that a command may take, in milliseconds; those that wait for a page name their own. */
const COMMAND_MS = 15_000;

/** A WebDriver session over HTTP. */
export interface WebDriver {
  /**
   * Sends a command. They go one after the other, since each is meant for the window that is chosen.
   *
   * @param path after the session's own
   * @param window the window that it is for; undefined for the session itself
   * @throws TabGone when the window or the browser is gone; an `Error` when the command was refused
   */
  send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, window?: string, deadline?: number): Promise<unknown>;
  /** Ends the connection in this process: whatever is sent from now on rejects with `TabGone`. */
  end(): void;
}

/**
 * Begins a session with a driver that listens.
 *
 * @param url the driver's address
 * @param capabilities what the session must have
 */
export async function connectWebDriver(url: string, capabilities: object, deadline: number): Promise<WebDriver> {
  const { sessionId } = (await call('POST', `${url}/session`, { capabilities: { alwaysMatch: capabilities } }, deadline)) as { sessionId: string };
  let chosen: string | undefined;
  let isOpen = true;
  let last: Promise<unknown> = Promise.resolve();

  const run = async (...[method, path, body, window, deadline = COMMAND_MS]: Parameters<WebDriver['send']>): Promise<unknown> => {
    if (!isOpen) throw new TabGone('the browser');
    if (window !== undefined && chosen !== window) {
      await call('POST', `${url}/session/${sessionId}/window`, { handle: window }, COMMAND_MS);
      chosen = window;
    }
    return call(method, `${url}/session/${sessionId}${path}`, body, deadline);
  };
  return {
    send(...command) {
      const sent = last.then(() => run(...command));
      last = sent.catch(() => undefined);
      return sent;
    },
    end: () => void (isOpen = false),
  };
}

/** One request to the driver. */
async function call(method: string, url: string, body: object | undefined, deadline: number): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { method, signal: AbortSignal.timeout(deadline), ...(body && { body: JSON.stringify(body) }) });
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw new Error(`${method} ${new URL(url).pathname} had no answer within ${deadline} ms`, { cause: error });
    throw new TabGone('the browser');
  }
  const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
  if (response.ok) return value;
  const { error = 'unknown error', message = '' } = value ?? {};
  const isGone = error === 'no such window' || error === 'invalid session id';
  throw isGone ? new TabGone(`the tab (${error})`) : new Error(`${error}: ${message}`);
}
