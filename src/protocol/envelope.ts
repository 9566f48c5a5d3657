import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './version.ts';
import { MOST_UNANSWERED } from './windows.ts';

/** A request on its way to the worker: from which client, and the Comlink message inside. */
export interface RequestEnvelope {
  readonly nudgeloop: number;
  /** The oldest protocol that the sender speaks; `nudgeloop` is the newest. */
  readonly oldest?: number;
  readonly kind: 'request';
  /** The client that wants the answer. */
  readonly client: string;
  /** The database that it is for: a worker that serves another one ignores the request. */
  readonly database: string;
  /** Counts the client's requests. They must start in this order, whatever a stopped worker lost of them. */
  readonly order: number;
  /** The oldest request that awaited an answer when this was sent: older ones will not come again. */
  readonly first: number;
  readonly message: unknown;
}

/**
 * Wakes the worker, and keeps it until its work for this client is done. It may bring a MessagePort: then requests may
 * come through that too, and are answered through it. A worker that knows no ports ignores it.
 */
export interface WakeEnvelope {
  readonly nudgeloop: number;
  readonly kind: 'wake';
  readonly client: string;
  readonly database: string;
}

/** An answer on its way to one client. */
export interface ReplyEnvelope {
  readonly nudgeloop: number;
  readonly kind: 'reply';
  readonly client: string;
  readonly message: unknown;
}

/** What goes through a port in one turn, in either direction. Client and database are named once for all parts. */
export interface BundleEnvelope {
  readonly nudgeloop: number;
  readonly oldest?: number;
  readonly kind: 'bundle';
  readonly client: string;
  readonly database: string;
  /** To the worker each part is a `RequestPart`, from it a Comlink message. */
  readonly parts: readonly unknown[];
}

/** A request in a bundle: its order, the oldest awaited one, and the Comlink message. */
export type RequestPart = readonly [order: number, first: number, message: unknown];

/** Wraps a Comlink message for the worker. */
export function requestEnvelope(request: Omit<RequestEnvelope, 'nudgeloop' | 'oldest' | 'kind'>): RequestEnvelope {
  return { nudgeloop: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION, kind: 'request', ...request };
}

/** Makes a message that only wakes the worker. */
export function wakeEnvelope(client: string, database: string): WakeEnvelope {
  return { nudgeloop: PROTOCOL_VERSION, kind: 'wake', client, database };
}

/** Wraps a Comlink message for a client. */
export function replyEnvelope(client: string, message: unknown): ReplyEnvelope {
  return { nudgeloop: PROTOCOL_VERSION, kind: 'reply', client, message };
}

/** Tells our requests from everything else that reaches a worker, such as another library's messages. */
export function isRequestEnvelope(data: unknown): data is RequestEnvelope {
  if (!isEnvelope(data, 'request')) return false;
  const { database, order, first } = data as Partial<RequestEnvelope>;
  return typeof database === 'string' && Number.isSafeInteger(order) && Number.isSafeInteger(first);
}

/** Tells messages that only wake the worker. */
export function isWakeEnvelope(data: unknown): data is WakeEnvelope {
  return isEnvelope(data, 'wake') && typeof (data as Partial<WakeEnvelope>).database === 'string';
}

/** Tells our replies from everything else that reaches a page. */
export function isReplyEnvelope(data: unknown): data is ReplyEnvelope {
  return isEnvelope(data, 'reply');
}

/** The longest name of a client; ours are UUIDs. */
const MAX_NAME = 100;

function isEnvelope(data: unknown, kind: string): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const envelope = data as Partial<RequestEnvelope>;
  const { client } = envelope;
  const isNamed = typeof client === 'string' && client.length <= MAX_NAME;
  return typeof envelope.nudgeloop === 'number' && (envelope.kind as string) === kind && isNamed;
}

/** Bundles what goes through a port. */
export function bundleEnvelope(client: string, database: string, parts: readonly unknown[]): BundleEnvelope {
  return { nudgeloop: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION, kind: 'bundle', client, database, parts };
}

/** Tells a bundle of this client and database from everything else that may come through a port. */
export function isBundleEnvelope(data: unknown, client: string, database: string): data is BundleEnvelope {
  if (!isEnvelope(data, 'bundle')) return false;
  const bundle = data as Partial<BundleEnvelope>;
  return bundle.client === client && bundle.database === database && Array.isArray(bundle.parts) && bundle.parts.length <= MOST_UNANSWERED;
}

/** The requests of a bundle, each as if it had come by itself; undefined for a part that is not a request. */
export function requestsIn({ parts, ...shared }: BundleEnvelope): (RequestEnvelope | undefined)[] {
  return parts.map((part) => {
    const [order, first, message] = (Array.isArray(part) ? part : []) as unknown[];
    if (!Number.isSafeInteger(order) || !Number.isSafeInteger(first)) return undefined;
    return { ...shared, kind: 'request', order: order as number, first: first as number, message };
  });
}

/**
 * Makes a function that sends through a port. What is sent in the same turn goes together, since a message costs more
 * than its content.
 *
 * @param post posts to the port that exists at the end of the turn
 */
export function togetherBy<Part>(post: (parts: readonly Part[]) => void): (part: Part) => void {
  let waiting: Part[] = [];
  return (part) => {
    if (waiting.push(part) > 1) return;
    void Promise.resolve().then(() => {
      const sent = waiting;
      waiting = [];
      post(sent);
    });
  };
}
