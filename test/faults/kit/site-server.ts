import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** What a path answers instead of its file. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly body?: string | Uint8Array;
  /** The path of a file on this machine. */
  readonly file?: string;
  /** Added to the usual headers: a content type, a policy, `clear-site-data`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cuts the connection instead of answering. */
  readonly isCut?: boolean;
}

/** A request that arrived. */
export interface SeenRequest {
  readonly t: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
}

/** A path whose answer is withheld. */
export interface Hold {
  /** Settles when a request for it has arrived. */
  readonly reached: Promise<SeenRequest>;
  readonly isReached: boolean;
  /** Answers the waiting requests and all later ones. */
  release(): void;
}

/** The site of one session. After a stop and a start, it has the same origin. */
export interface SiteServer {
  readonly origin: string;
  /** Every request since the last `forget`. */
  readonly requests: readonly SeenRequest[];
  forget(): void;
  /** Takes the network away: closes the port, and cuts open connections. */
  stop(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
  /** Replaces the answer of a path; without `answer`, restores it. */
  swap(path: string, answer?: Answer): void;
  /** Added to every answer, such as a content security policy. */
  headers: Readonly<Record<string, string>>;
  /** More headers for single paths. */
  readonly headersOf: Map<string, Readonly<Record<string, string>>>;
  /** Withholds the answers of a path. */
  hold(path: string): Hold;
  /** Calls the listener with each request. */
  on(listener: (request: SeenRequest) => void): () => void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

/** Paths that workers and pages report to; their answers are empty. */
const REPORTS: ReadonlySet<string> = new Set(['/killed', '/report', '/csp-report', '/strategy']);

/**
 * Serves a built site on this machine only.
 *
 * @param root the site's folder
 * @param address another address of this machine; browsers don't treat it as a secure origin
 */
export async function serveSite(root: string, address = '127.0.0.1'): Promise<SiteServer> {
  const requests: SeenRequest[] = [];
  const swaps = new Map<string, Answer>();
  const holds = new Map<string, { reach: (request: SeenRequest) => void; released: Promise<void> }>();
  const listeners = new Set<(request: SeenRequest) => void>();
  const headersOf = new Map<string, Readonly<Record<string, string>>>();
  let headers: Readonly<Record<string, string>> = {};
  let server: Server | undefined;
  let port = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const seen = { t: Date.now(), method: request.method ?? 'GET', url: request.url ?? '/', body: await bodyOf(request) };
    requests.push(seen);
    for (const listener of listeners) listener(seen);
    const hold = holds.get(path);
    if (hold !== undefined) {
      hold.reach(seen);
      await hold.released;
    }
    const swap = swaps.get(path);
    if (swap?.isCut === true) return void response.destroy();
    const file = swap?.file ?? join(root, normalize(path === '/' ? '/index.html' : path));
    const isReport = REPORTS.has(path) && swap === undefined;
    const body = isReport ? '' : (swap?.body ?? (await readFile(file).catch(() => undefined)));
    response.writeHead(swap?.status ?? (isReport ? 204 : body === undefined ? 404 : 200), {
      'content-type': TYPES[extname(file)] ?? 'text/plain',
      // Answers of an earlier build must never come from the browser's cache.
      'cache-control': 'no-store',
      ...headers,
      ...headersOf.get(path),
      ...swap?.headers,
    });
    response.end(body ?? 'not found');
  };

  const start = async (): Promise<void> => {
    if (server !== undefined) return;
    const started = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
    started.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.listen(port, address, () => resolve());
    });
    const bound = started.address();
    port = typeof bound === 'object' && bound !== null ? bound.port : port;
    server = started;
  };
  await start();

  return {
    origin: `http://${address === '127.0.0.1' ? 'localhost' : address}:${port}`,
    requests,
    headersOf,
    forget: () => void requests.splice(0),
    start,
    async stop() {
      const stopped = server;
      server = undefined;
      await new Promise<void>((resolve) => {
        if (stopped === undefined) return resolve();
        stopped.close(() => resolve());
        stopped.closeAllConnections();
      });
    },
    swap(path, answer) {
      if (answer === undefined) swaps.delete(path);
      else swaps.set(path, answer);
    },
    get headers() {
      return headers;
    },
    set headers(given) {
      headers = given;
    },
    hold(path) {
      let reach!: (request: SeenRequest) => void;
      let release!: () => void;
      let isReached = false;
      const reached = new Promise<SeenRequest>((resolve) => (reach = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      const hold = {
        released,
        reach(request: SeenRequest) {
          isReached = true;
          reach(request);
        },
      };
      holds.set(path, hold);
      return {
        reached,
        get isReached() {
          return isReached;
        },
        release() {
          if (holds.get(path) === hold) holds.delete(path);
          release();
        },
      };
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
