import type { Clock } from '../src/clock.ts';
import type { Log } from '../src/log/log.ts';
import { bundleEnvelope, isBundleEnvelope, requestsIn, togetherBy, type RequestEnvelope } from '../src/protocol/envelope.ts';

/** The way a request came. */
export interface Way {
  /** Sends a Comlink message back. */
  reply(message: object): void;
  /** Keeps the worker alive, if it can, until work is done; otherwise the browser may stop it. */
  hold(work: Promise<unknown>): void;
  /**
   * Tells whether the window that sent it is there. Absent where nothing sent before can be lost: what a port overtook is on
   * its way.
   */
  readonly isThere?: () => Promise<boolean>;
}

/** Options of `createPorts`. */
export interface PortsOptions {
  readonly database: string;
  readonly clock: Clock;
  /** Handles a request that came through a port. */
  readonly handle: (request: RequestEnvelope, way: Way) => void;
  readonly log: Log;
}

/** The ports that pages handed over. */
export interface Ports {
  /**
   * Notes that a page sent a message that wakes.
   *
   * @param source the id of the window that sent it
   * @param client the client that it is about
   * @param port the client's new port, if it brought one; the previous one is closed
   * @returns settles when everything is done that came through the client's ports until now
   */
  woken(source: string, client: string, port: MessagePort | undefined): Promise<unknown>;
  /** Closes all. */
  close(): void;
}

/**
 * How many clients may have a port. A page that is gone tells nobody, so its port stays until that many others came, or
 * until the browser stops the worker.
 */
const MAX_PORTS = 256;

/**
 * If work takes longer than this, in milliseconds, the page is asked for a message that wakes. Shorter work is done
 * long before the browser would stop the worker, since a page uses a port only for ten seconds after such a message.
 */
const SHORT_MS = 100;

interface Line {
  port: MessagePort;
  /** What comes by any of its ports is answered by the newest: the one that a request came through may be closed by now. */
  readonly way: Way;
  /** Oldest first. */
  readonly work: Set<Promise<unknown>>;
  /** Stops watching the oldest work; set while that is watched, and while the page is asked to wake the worker. */
  unwatch: (() => void) | undefined;
}

/**
 * Makes the worker's end of the ports. A port has no event whose life could be extended, so the page is asked to send
 * one.
 */
export function createPorts({ database, clock, handle, log }: PortsOptions): Ports {
  const lines = new Map<string, Line>();

  const watch = (line: Line): void => {
    const [oldest] = line.work;
    const look = (): void => (oldest !== undefined && line.work.has(oldest) ? line.way.reply({ type: 'HOLD' }) : watch(line));
    line.unwatch?.();
    line.unwatch = oldest && clock.schedule(SHORT_MS, look);
  };

  const createLine = (client: string, port: MessagePort): Line => {
    const way: Way = {
      reply: togetherBy((replies) => line.port.postMessage(bundleEnvelope(client, database, replies))),
      hold(work) {
        const held = Promise.allSettled([work]);
        line.work.add(held);
        void held.then(() => line.work.delete(held));
        if (line.unwatch === undefined) watch(line);
      },
    };
    const line: Line = { port, way, work: new Set(), unwatch: undefined };
    return line;
  };

  const take = (key: string, client: string, port: MessagePort): void => {
    const known = lines.get(key);
    known?.port.close();
    lines.delete(key);
    for (const [oldest, line] of lines) {
      if (lines.size < MAX_PORTS) break;
      line.port.close();
      lines.delete(oldest);
    }
    const line = known ?? createLine(client, port);
    line.port = port;
    lines.set(key, line);
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      for (const request of isBundleEnvelope(data, client, database) ? requestsIn(data) : [undefined]) {
        if (request === undefined) log.warn('message.ignored', { from: 'port' });
        else handle(request, line.way);
      }
    });
    port.addEventListener('messageerror', () => log.debug('message.ignored', { from: 'clone' }));
    port.start();
    line.way.reply({ type: 'AWAKE' });
  };

  return {
    async woken(source, client, port) {
      // The key includes the window, so another window can't take a client's place.
      const key = `${source} ${client}`;
      if (port !== undefined) take(key, client, port);
      const line = lines.get(key);
      if (line === undefined) return;
      await Promise.all(line.work);
      // Later work asks for a message of its own: browsers let no event last for minutes.
      watch(line);
    },
    close() {
      for (const { port } of lines.values()) port.close();
      lines.clear();
    },
  };
}
