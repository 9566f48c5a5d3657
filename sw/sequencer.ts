import type { Clock } from '../src/clock.ts';
import { FIRST_WAIT_MS, RESEND_WINDOW } from '../src/protocol/windows.ts';

/** Starts requests in the order in which their client made them. */
export interface Sequencer {
  /**
   * Notes that a client awaits nothing older than `first`.
   *
   * @returns whether it awaits the request at `order`, as far as is known
   */
  settled(client: string, first: number, order: number): boolean;
  /**
   * Starts a request: at once, or as soon as everything older has started.
   *
   * @param isThere whether the window is there that sends what is missing; undefined if that is on its way already
   * @returns true if older ones are missing; then the client should be told, once, to send them again
   */
  begin(client: string, order: number, run: () => void, isThere: (() => Promise<boolean>) | undefined): boolean;
  /** Notes a refused request: nothing waits for it, and it waits for nothing. */
  pass(client: string, order: number): void;
}

/**
 * How long a request waits for older ones before the browser is asked whether their window is there, in milliseconds. Its
 * client resends a lost one after one second, and after two more.
 */
const HOLD_MS = 3.5 * FIRST_WAIT_MS;

/**
 * How often it waits again for a window that is there: one that is busy or frozen resends when it goes on. Not for longer,
 * since it may never go on, and Firefox gives an event half a minute.
 */
const MORE_HOLDS = 5;

/** The largest distance between requests: twice that between those that a client may resend. */
const WINDOW = 2 * RESEND_WINDOW;

/** How many clients are remembered, since a page that is gone tells nobody; a forgotten client starts anew. */
const CLIENTS = 256;

interface Queue {
  /** The oldest awaited request. */
  first: number;
  /** Everything below was received here, or is no longer awaited. */
  floor: number;
  readonly received: Set<number>;
  readonly held: Map<number, () => void>;
  isTold: boolean;
}

/**
 * Makes a sequencer. When a browser stops a worker, it drops the messages in the old one's queue, while later messages
 * already go to the new one. Without this, a client's later actions would be stored before its earlier ones.
 *
 * @param clock measures how long a request is held
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

  /** Moves the floor past everything that was received, and starts what is below it. */
  const release = (client: string, floor: number): void => {
    const queue = queues.get(client);
    if (queue === undefined) return;
    const { received, held } = queue;
    queue.floor = Math.max(queue.floor, floor);
    while (received.has(queue.floor)) queue.floor += 1;
    for (const order of received) if (order < queue.floor) received.delete(order);
    for (const [order, begin] of [...held].sort(([a], [b]) => a - b)) {
      if (order >= queue.floor) break;
      held.delete(order);
      begin();
    }
  };

  return {
    settled(client, first, order) {
      const queue = queueOf(client, first);
      queue.first = Math.max(queue.first, first);
      release(client, first);
      return order >= queue.first;
    },
    begin(client, order, run, isThere) {
      const queue = queueOf(client, order);
      const { received, held } = queue;
      // A request that already waits at this place is started too: otherwise its caller would wait forever.
      const earlier = held.get(order);
      received.add(order);
      if (order <= queue.floor && earlier === undefined) run();
      else {
        const giveUp = (): void => release(client, order + 1);
        let cancel = (): void => undefined;
        const wait = (more: number): void => {
          cancel = clock.schedule(HOLD_MS, () => {
            if (more === 0) return giveUp();
            // First, since a browser may not answer the question.
            wait(more - 1);
            // A message that is on its way may be late by seconds: if it removes actions, what was called after it must
            // not begin before it.
            void isThere?.().then((isOpen) => isOpen || giveUp(), giveUp);
          });
        };
        wait(MORE_HOLDS);
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
