import { soon } from '../machine.ts';
import { createRandom } from '../random.ts';

/**
 * What is sent: `requests` are calls to the worker; `waking` are those of them that start a stopped worker, while the others
 * go through a port to one that is awake; `answers` come from the worker; `hints` are the broadcasts that tell tabs of changes.
 */
export type MessageKind = 'requests' | 'waking' | 'answers' | 'hints';

/** The ways that messages take. */
type Way = 'waking' | 'port' | 'answers' | 'hints';

/** Makes messages between tabs and worker fail. Each switch affects one kind of message, or all kinds if you pass none. */
export interface MessageFaults {
  /**
   * Loses messages from now on. If a request or an answer is lost, the call is sent again after one, two and four seconds, and
   * rejects with `call.timeout` at its deadline. Lost hints are made up for at the next answer, hint or return to the page.
   *
   * @param kind which messages
   * @param share how many of them, from 0 to 1; the seed decides which ones. Defaults to 1.
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * loop.messages.lose('answers');
   * const call = loop.client.record({ steps: 1 });
   * await loop.settle(); // stored, and its answer is lost
   * loop.messages.heal();
   * await loop.advance(1_000); // sent again, and known again
   * await call;
   * console.log((await loop.client.history()).length); // prints 1
   * ```
   */
  lose(kind?: MessageKind, share?: number): void;
  /**
   * Holds messages back from now on, until `release()`; then they arrive in order.
   *
   * @param kind which messages
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * await loop.client.ready;
   * loop.messages.hold('answers');
   * const call = loop.client.record({ steps: 1 });
   * await loop.settle(); // stored, and nobody knows yet
   * loop.messages.release();
   * console.log((await call).count); // prints 1
   * ```
   */
  hold(kind?: MessageKind): void;
  /** Delivers the held messages. */
  release(): void;
  /**
   * Delivers each message twice from now on.
   *
   * @param kind which messages
   *
   * @example
   * ```ts
   * import { createTestLoop } from 'nudgeloop/testing';
   *
   * const loop = createTestLoop();
   * loop.messages.double('requests');
   * await loop.client.record({ steps: 1 });
   * console.log((await loop.client.history()).length); // prints 1
   * ```
   */
  double(kind?: MessageKind): void;
  /** Ends all faults and delivers the held messages. */
  heal(): void;
  /**
   * How many messages were sent so far, including lost ones.
   *
   * @param kind which messages
   */
  sent(kind?: MessageKind): number;
}

/** The way itself. */
export interface Wire extends MessageFaults {
  /** Sends a message, if the switches let it through. */
  send(way: Way, arrive: () => void): void;
}

const WAYS: { readonly [Kind in MessageKind]: readonly Way[] } = {
  requests: ['waking', 'port'],
  waking: ['waking'],
  answers: ['answers'],
  hints: ['hints'],
};

/**
 * Makes the way between the tabs and the worker of one browser.
 *
 * @param seed decides which messages a share of loss hits
 */
export function createWire(seed: number): Wire {
  const random = createRandom(seed);
  const losses = new Map<Way, number>();
  const holding = new Set<Way>();
  const doubling = new Set<Way>();
  const counts = new Map<Way, number>();
  const held: (() => void)[] = [];
  const each = (kind: MessageKind | undefined, run: (way: Way) => void): void => {
    (kind === undefined ? [...WAYS.requests, ...WAYS.answers, ...WAYS.hints] : WAYS[kind]).forEach(run);
  };

  const release = (): void => {
    holding.clear();
    for (const arrive of held.splice(0)) soon(arrive);
  };

  return {
    send(way, arrive) {
      counts.set(way, (counts.get(way) ?? 0) + 1);
      // Fine enough for any share that a test may want.
      if (random(1_000_000) < (losses.get(way) ?? 0) * 1_000_000) return;
      for (let copies = doubling.has(way) ? 2 : 1; copies > 0; copies -= 1) {
        if (holding.has(way)) held.push(arrive);
        else soon(arrive);
      }
    },
    lose: (kind, share = 1) => each(kind, (way) => losses.set(way, share)),
    hold: (kind) => each(kind, (way) => holding.add(way)),
    double: (kind) => each(kind, (way) => doubling.add(way)),
    release,
    heal() {
      losses.clear();
      doubling.clear();
      release();
    },
    sent(kind) {
      let sum = 0;
      each(kind, (way) => (sum += counts.get(way) ?? 0));
      return sum;
    },
  };
}
