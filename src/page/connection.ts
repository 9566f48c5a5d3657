import { wrap, type Endpoint } from 'comlink';
import type { Log } from '../log/log.ts';
import { WAKING_METHODS, type WorkerApi, type WorkerMethod } from '../protocol/api.ts';
import { isReplyEnvelope, requestEnvelope } from '../protocol/envelope.ts';
import { workLocks } from '../protocol/names.ts';
import { createFastPath } from './fast-path.ts';
import { disposed, type HostLink } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';
import { createRequestEndpoint } from './request-endpoint.ts';

/** Options of `createConnection`. */
export interface ConnectionOptions {
  /** Whose answers these are. */
  readonly client: string;
  readonly database: string;
  /** Where answers arrive. */
  readonly messages: ServiceWorkerContainer;
  /** The worker that is active now, looked up at each send: an outdated worker object swallows messages in silence. */
  readonly getWorker: () => ServiceWorker | undefined;
  readonly realm: Pick<PageRealm, 'clock' | 'openPorts' | 'onLife' | 'locks'>;
  /** Milliseconds from the call to `call.timeout`. */
  readonly deadline: number;
  readonly log: Log;
}

/** The way to a service worker. */
export interface Connection extends Omit<HostLink, 'verify'> {
  /** Sends again at once what waits for an answer. */
  resend(): void;
}

/**
 * Connects with a service worker. Comlink is the typed facade over messages to the active worker: only these wake a
 * stopped one, and only the endpoint's deadline tells that one died. While it is awake, a port carries them faster.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { client, database, messages, getWorker, realm, deadline, log } = options;
  const listening = new AbortController();

  const isWorking = async (): Promise<boolean> => {
    const { held = [] } = (await realm.locks?.query()) ?? {};
    return held.some(({ name = '' }) => name.startsWith(workLocks(database)));
  };

  const endpoint = createRequestEndpoint({
    clock: realm.clock,
    isWorking,
    deadline,
    log,
    send({ method, isAgain, ...request }) {
      const worker = getWorker();
      if (worker === undefined) return 'not';
      // An answer is missing, or there is another worker: either way the port may lead nowhere.
      if (isAgain) port.drop();
      const mayHurry = !isAgain && !WAKING_METHODS.has(method);
      if (mayHurry && port.send([request.order, request.first, request.message], worker)) return 'by port';
      worker.postMessage(requestEnvelope({ client, database, ...request }));
      // Behind the request, which does not wait for it.
      if (mayHurry) port.offer(worker);
      return 'waking';
    },
  });
  const port = createFastPath({
    client,
    database,
    realm,
    receive: endpoint.receive,
    signal: listening.signal,
  });
  const remote = wrap<WorkerApi>(endpoint as unknown as Endpoint);
  /** Comlink makes a proxy whenever a method is looked up, and a watch over when that is collected. */
  const methods = new Map<WorkerMethod, (request: unknown) => Promise<never>>();
  const find = (method: WorkerMethod): ((request: unknown) => Promise<never>) => {
    const found = methods.get(method) ?? (remote[method] as unknown as (request: unknown) => Promise<never>);
    methods.set(method, found);
    return found;
  };

  const receive = (event: MessageEvent): void => {
    if (!isReplyEnvelope(event.data) || event.data.client !== client) return;
    // Answers are nobody else's business; workbox-window would keep each of them, waiting for a worker of its own.
    event.stopImmediatePropagation();
    endpoint.receive(event.data.message);
  };
  // Capturing listeners run first at the target too, so that the above holds whoever listened before.
  messages.addEventListener('message', receive, { capture: true, signal: listening.signal });
  messages.addEventListener('controllerchange', endpoint.resend, { signal: listening.signal });
  // Without this, messages wait for DOMContentLoaded.
  messages.startMessages();

  return {
    fallbackReason: null,
    call: (method, request) => find(method)(request),
    signs: endpoint.signs,
    resend: endpoint.resend,
    close() {
      listening.abort();
      endpoint.close(disposed());
    },
  };
}
