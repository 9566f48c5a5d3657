import { soon } from '../machine.ts';
import { createRandom } from '../random.ts';

/**
 * What travels: calls to the worker (`waking` are those of them that start one which was stopped; the others go by a
 * port, while it is awake), its answers, and the broadcasts by which tabs hear that something changed.
 */
export type MessageKind = 'requests' | 'waking' | 'answers' | 'hints';

/** The ways on which messages go. */
type Way = 'waking' | 'port' | 'answers' | 'hints';

/** The switches of the way between tabs and worker. Each concerns one kind of message, or all of them if none is named. */
export interface MessageFaults {
  /**
   * Loses messages from now on. A lost request or answer is sent again after a second, two, four; when its time is up,
   * the call rejects with `call.timeout`. Lost hints are made up for at the next answer, hint or return to the page.
   *
   * @param kind which
   * @param share how many of them, from 0 to 1; which ones, the seed decides. Defaults to 1.
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
   * Holds messages back from now on, until `release()`; then they arrive in their order.
   *
   * @param kind which
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
  /** Lets arrive what was held. */
  release(): void;
  /**
   * Lets each message arrive twice from now on.
   *
   * @param kind which
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
  /** Ends all of it; what was held arrives. */
  heal(): void;
  /**
   * How many messages were sent so far, lost ones included.
   *
   * @param kind which
   */
  sent(kind?: MessageKind): number;
}

/** The way itself. */
export interface Wire extends MessageFaults {
  /** Sends a message, as far as the switches let it. */
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
