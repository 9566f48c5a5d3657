import { wrap, type Endpoint } from 'comlink';
import type { Log } from '../../log/log.ts';
import { WAKING_METHODS, type WorkerApi, type WorkerMethod } from '../../protocol/api.ts';
import { isReplyEnvelope, requestEnvelope } from '../../protocol/envelope.ts';
import { workLocks } from '../../protocol/names.ts';
import { disposed, type HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';
import { createFastPath } from './fast-path.ts';
import { createRequestEndpoint, type RequestEndpoint } from './request-endpoint.ts';

/** Options of `createConnection`. */
export interface ConnectionOptions {
  /** The client that the answers are for. */
  readonly client: string;
  readonly database: string;
  /** Where answers arrive. */
  readonly messages: ServiceWorkerContainer;
  /** The active worker, looked up at each send: an outdated worker object silently swallows messages. */
  readonly getWorker: () => ServiceWorker | undefined;
  readonly realm: Pick<PageRealm, 'clock' | 'openPorts' | 'onLife' | 'locks'>;
  /** Milliseconds from the call to `call.timeout`. */
  readonly deadline: number;
  readonly log: Log;
}

/** The connection to a service worker. */
export interface Connection extends Omit<HostLink, 'verify'> {
  /** Resends at once what awaits an answer. */
  resend(): void;
}

/**
 * Connects to a service worker. Comlink is the typed facade over messages to the active worker: only these wake a stopped
 * worker, and only the endpoint's deadline reveals that one died. While the worker is awake, a port carries calls faster.
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
      // An answer is missing, or there is another worker. In both cases the port may be dead.
      if (isAgain) port.drop();
      const mayHurry = !isAgain && !WAKING_METHODS.has(method);
      if (mayHurry && port.send([request.order, request.first, request.message], worker)) return 'by port';
      worker.postMessage(requestEnvelope({ client, database, ...request }));
      // After the request, which does not wait for it.
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
  const remote = wrap<WorkerApi>(new WeakEndpoint(endpoint) as unknown as Endpoint);
  /**
   * Comlink makes a proxy at each lookup of a method, and watches when it is garbage-collected. So each is looked up
   * once.
   */
  const methods: Partial<Record<WorkerMethod, unknown>> = {};

  const receive = (event: MessageEvent): void => {
    if (!isReplyEnvelope(event.data) || event.data.client !== client) return;
    // Nobody else needs the answers; workbox-window would store each of them while it waits for a worker of its own.
    event.stopImmediatePropagation();
    endpoint.receive(event.data.message);
  };
  // Capturing listeners run first at the target too, so this works even after other listeners were added.
  messages.addEventListener('message', receive, { capture: true, signal: listening.signal });
  messages.addEventListener('controllerchange', endpoint.resend, { signal: listening.signal });
  // Otherwise messages wait for DOMContentLoaded.
  messages.startMessages();

  return {
    fallbackReason: null,
    call: (method, request) => ((methods[method] ??= remote[method]) as (given: unknown) => Promise<never>)(request),
    signs: endpoint.signs,
    resend: endpoint.resend,
    close() {
      listening.abort();
      endpoint.close(disposed());
    },
  };
}

/**
 * What Comlink gets of an endpoint. Comlink watches its proxies with a `FinalizationRegistry`, which holds this for as long as
 * they live. The endpoint itself reaches the app's listeners, and through them the proxies, so none would ever be collected.
 *
 * A class, whose methods hold no scope: terser and SWC move a function that is called once into its caller, and its closures
 * then hold all that is there.
 */
class WeakEndpoint extends WeakRef<RequestEndpoint> {
  postMessage(message: unknown): void {
    this.deref()?.postMessage(message);
  }

  addEventListener(type: string, listener: unknown): void {
    this.deref()?.addEventListener(type, listener);
  }
}
