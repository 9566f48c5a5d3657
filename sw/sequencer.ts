import type { Clock } from '../src/clock.ts';

/** Begins requests in the order in which their client made them. */
export interface Sequencer {
  /**
   * Takes note that a client awaits nothing older than `first`.
   *
   * @returns whether it awaits the request at `order`, as far as is known
   */
  settled(client: string, first: number, order: number): boolean;
  /**
   * Begins a request: at once, or as soon as everything older was begun.
   *
   * @returns true when older ones are missing and the client should be told, once, to send them again
   */
  begin(client: string, order: number, run: () => void): boolean;
  /** Takes note of a request that was refused: nothing waits for it, and it waits for nothing. */
  pass(client: string, order: number): void;
}

/** How long a request waits for older ones, in milliseconds; its client sends a lost one again after one second, and after two more. */
const HOLD_MS = 3_500;

/** How far apart requests may be; of a client's that may be sent again, the newest is no more than 128 places ahead of the oldest. */
const WINDOW = 256;

/** Clients that are remembered; one that is forgotten just begins anew. */
const CLIENTS = 256;

interface Queue {
  /** The oldest that is awaited. */
  first: number;
  /** Everything below was received here, or is not awaited any more. */
  floor: number;
  readonly received: Set<number>;
  readonly held: Map<number, () => void>;
  isTold: boolean;
}

/**
 * Makes a sequencer. When a browser stops a worker it drops the messages of the old one's queue, while later ones
 * already go to the new: without this, a client's later actions would be stored before its earlier ones.
 *
 * @param clock measures how long a request is held at the most
 */
export function createSequencer(clock: Clock): Sequencer {
  const queues = new Map<string, Queue>();

  const queueOf = (client: string, order: number): Queue => {
    const known = queues.get(client);
    if (known !== undefined) return known;
    for (const oldest of queues.keys()) {
      if (queues.size < CLIENTS) break;
      release(oldest, Infinity);
      queues.delete(oldest);
    }
    const made: Queue = { first: -Infinity, floor: Math.max(0, order - WINDOW), received: new Set(), held: new Map(), isTold: false };
    queues.set(client, made);
    return made;
  };

  /** Moves the floor over all that was received, and begins what stands below it. */
  const release = (client: string, floor: number): void => {
    const queue = queues.get(client);
    if (queue === undefined) return;
    const { received, held } = queue;
    queue.floor = Math.max(queue.floor, floor);
    while (received.has(queue.floor)) queue.floor += 1;
    for (const order of received) if (order < queue.floor) received.delete(order);
    const due = [...held.keys()].filter((order) => order < queue.floor).sort((a, b) => a - b);
    for (const order of due) {
      const begin = held.get(order);
      held.delete(order);
      begin?.();
    }
  };

  return {
    settled(client, first, order) {
      const queue = queueOf(client, first);
      queue.first = Math.max(queue.first, first);
      release(client, first);
      return order >= queue.first;
    },
    begin(client, order, run) {
      const queue = queueOf(client, order);
      const { received, held } = queue;
      // Whoever stands at this place already is begun too: what waits for it would wait for good.
      const earlier = held.get(order);
      received.add(order);
      if (order <= queue.floor && earlier === undefined) run();
      else {
        const cancel = clock.schedule(HOLD_MS, () => release(client, order + 1));
        held.set(order, () => {
          cancel();
          earlier?.();
          run();
        });
      }
      release(client, order - WINDOW);
      const isMissing = held.has(order) && !queue.isTold;
      queue.isTold = held.size > 0;
      return isMissing;
    },
    pass(client, order) {
      queueOf(client, order).received.add(order);
      release(client, order - WINDOW);
    },
  };
}
