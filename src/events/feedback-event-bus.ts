import { nameOf } from '../errors.ts';
import type { Log } from '../log/log.ts';

/** Takes events. */
export type FeedbackEventHandler<Event> = (event: Event) => void | Promise<void>;

/** Hands events from those who publish to those who subscribed. */
export interface FeedbackBus<Event> {
  /**
   * Takes part from now on.
   *
   * @param handler called with each event; if it throws or rejects, that harms nobody else and is logged
   * @returns a function that ends it
   */
  subscribe(handler: FeedbackEventHandler<Event>): () => void;
  /** Hands an event on. */
  publish(event: Event): void;
}

/** Options of `FeedbackEventBus`. */
export interface FeedbackEventBusOptions {
  /** Is told `bus.handler-failed`. @default silent */
  readonly log?: Log | undefined;
}

/**
 * A bus that calls its handlers at once, in the order in which they subscribed. After the bus of the same name in the
 * original loop.
 *
 * @example
 * ```ts
 * import { FeedbackEventBus, type FeedbackEvent } from 'nudgeloop/core';
 *
 * const bus = new FeedbackEventBus<FeedbackEvent>();
 * const unsubscribe = bus.subscribe((event) => console.log(event.type));
 * bus.publish({ type: 'actions', actions: [{ steps: 4_200 }] }); // prints actions
 * unsubscribe();
 * ```
 */
export class FeedbackEventBus<Event> implements FeedbackBus<Event> {
  readonly #handlers = new Set<{ readonly handle: FeedbackEventHandler<Event> }>();
  readonly #log: Log | undefined;

  constructor(options: FeedbackEventBusOptions = {}) {
    this.#log = options.log;
  }

  subscribe(handler: FeedbackEventHandler<Event>): () => void {
    // Wrapped, so that one function subscribed twice is two subscriptions.
    const entry = { handle: handler };
    this.#handlers.add(entry);
    return () => void this.#handlers.delete(entry);
  }

  publish(event: Event): void {
    for (const entry of [...this.#handlers]) if (this.#handlers.has(entry)) void callHandler(entry.handle, event, this.#log);
  }
}

/** Calls one handler so that nothing it does reaches the caller; settles when it has. */
export async function callHandler<Event>(
  handler: FeedbackEventHandler<Event>,
  event: Event,
  log: Log | undefined,
): Promise<void> {
  try {
    await handler(event);
  } catch (error) {
    log?.error('bus.handler-failed', { seen: error instanceof Error ? nameOf(error) : typeof error });
  }
}
