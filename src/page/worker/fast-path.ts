import { bundleEnvelope, isBundleEnvelope, togetherBy, wakeEnvelope, type RequestPart } from '../../protocol/envelope.ts';
import type { PageRealm } from '../page-realm.ts';

/**
 * How long a worker is assumed to be awake after a message that wakes it, in milliseconds. Browsers stop a worker after
 * 30 seconds without an event, and a message through a port is no event.
 */
const AWAKE_MS = 10_000;

/** Options of `createFastPath`. */
export interface FastPathOptions {
  readonly client: string;
  readonly database: string;
  readonly realm: Pick<PageRealm, 'clock' | 'openPorts' | 'onLife'>;
  /** Takes a Comlink message from the worker. */
  readonly receive: (message: unknown) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A port to the worker, for as long as the worker is surely awake. */
export interface FastPath {
  /**
   * Sends a request through the port.
   *
   * @param request what to send
   * @param to the active worker
   * @returns false if it must go by a message that wakes
   */
  send(request: RequestPart, to: ServiceWorker): boolean;
  /** Wakes the worker and gives it a port, unless it got one within the last ten seconds. */
  offer(to: ServiceWorker): void;
  /**
   * Stops using the port, because an answer is missing. The next port is offered when this one's time would have ended.
   */
  drop(): void;
}

/**
 * Makes the fast path. A message to a service worker passes through the browser's own process. A message through a port
 * does not, and takes a tenth of the time; but a port neither wakes a worker nor tells that it was stopped. So a port
 * is used only for a while after the worker confirmed, through the port, that it has it. Each such period starts with a
 * new port, so it does not matter if the worker was stopped in between.
 */
export function createFastPath({ client, database, realm, receive, signal }: FastPathOptions): FastPath {
  const { clock, openPorts } = realm;
  /** The newest port first, and after it an earlier one whose answers may still be on their way. */
  let ports: MessagePort[] = [];
  /** The worker that got the first port; undefined once its time is over. */
  let worker: ServiceWorker | undefined;
  let isTaken = false;
  let offeredAt = 0;
  let isAway = false;
  let cancel = (): void => undefined;

  const close = (port: MessagePort): void => port.close();

  const drop = (): void => {
    isTaken = false;
    ports.forEach(close);
    ports = [];
  };

  const end = (): void => {
    cancel();
    drop();
    worker = undefined;
  };

  const listen = (port: MessagePort, to: ServiceWorker): void => {
    const hear = (message: unknown): void => {
      const { type } = (message ?? {}) as { readonly type?: unknown };
      if (type === 'HOLD') to.postMessage(wakeEnvelope(client, database));
      else if (type === 'AWAKE' && port === ports[0]) {
        isTaken = true;
        ports.splice(1).forEach(close);
      }
      // A missing request was most likely overtaken by the port, and arrives by the other way.
      else if (type !== 'RESEND') receive(message);
    };
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isBundleEnvelope(data, client, database)) data.parts.forEach(hear);
    });
    port.start();
  };

  const post = togetherBy<RequestPart>((requests) => {
    try {
      ports[0]?.postMessage(bundleEnvelope(client, database, requests));
    } catch {
      // One of them can't be cloned. Each is sent again by the message that wakes, and there the bad one is found.
    }
  });

  // An open port may keep a page out of the back/forward cache.
  const leave = (): void => {
    isAway = true;
    end();
  };
  realm.onLife('pagehide', leave, signal);
  realm.onLife('pageshow', () => void (isAway = false), signal);
  signal.addEventListener('abort', end);

  return {
    send(request, to) {
      // The timer and the wall clock both end the period: the clock may be set back, and timers of a hidden page are
      // late.
      const isAwake = isTaken && worker === to && Math.abs(clock.now() - offeredAt) < AWAKE_MS;
      if (isAwake) post(request);
      return isAwake;
    },
    offer(to) {
      if (worker === to || isAway || openPorts === undefined) return;
      cancel();
      const { port1, port2 } = openPorts();
      ports = [port1, ...ports];
      worker = to;
      isTaken = false;
      offeredAt = clock.now();
      cancel = clock.schedule(AWAKE_MS, () => {
        worker = undefined;
        // An older worker, which knows no ports, or one that was stopped at that moment.
        if (!isTaken) drop();
      });
      listen(port1, to);
      to.postMessage(wakeEnvelope(client, database), [port2]);
    },
    drop,
  };
}
