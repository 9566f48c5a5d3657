import { wrap } from 'comlink';
import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { WorkerApi } from '../protocol/api.ts';
import { isReplyEnvelope, requestEnvelope } from '../protocol/envelope.ts';
import { disposed, type HostLink } from './host-link.ts';
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
  readonly clock: Clock;
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
 * Connects with a service worker. Comlink is the typed facade over messages that each go to the active worker: only
 * these wake a stopped one, and only the endpoint's deadline tells that one died.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { client, database, messages, getWorker, clock, deadline, log } = options;
  const listening = new AbortController();

  const endpoint = createRequestEndpoint({
    clock,
    deadline,
    log,
    send(message, place) {
      const worker = getWorker();
      worker?.postMessage(requestEnvelope({ client, database, ...place, message }));
      return worker !== undefined;
    },
  });
  const remote = wrap<WorkerApi>(endpoint);

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
    call: (method, request) => (remote[method] as unknown as (given: unknown) => Promise<never>)(request),
    resend: endpoint.resend,
    close() {
      listening.abort();
      endpoint.close(disposed());
    },
  };
}
