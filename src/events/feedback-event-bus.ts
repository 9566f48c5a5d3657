import { nameOf } from '../errors.ts';
import type { Log } from '../log/log.ts';

/** Handles events. */
export type FeedbackEventHandler<Event> = (event: Event) => void | Promise<void>;

/** Passes events from publishers to subscribers. */
export interface FeedbackBus<Event> {
  /**
   * Subscribes to the events that follow.
   *
   * @param handler called with each event; if it throws or rejects, that is logged and affects no other handler
   * @returns a function that ends the subscription
   */
  subscribe(handler: FeedbackEventHandler<Event>): () => void;
  /** Passes an event to the subscribers. */
  publish(event: Event): void;
}

/** Options of `FeedbackEventBus`. */
export interface FeedbackEventBusOptions {
  /** Gets `bus.handler-failed`. @default silent */
  readonly log?: Log | undefined;
}

/**
 * A bus that calls its handlers at once, in the order of their subscriptions. After the bus of the same name in the
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
    // Wrapped, so one function subscribed twice makes two subscriptions.
    const entry = { handle: handler };
    this.#handlers.add(entry);
    return () => void this.#handlers.delete(entry);
  }

  publish(event: Event): void {
    for (const entry of [...this.#handlers]) if (this.#handlers.has(entry)) void callHandler(entry.handle, event, this.#log);
  }
}

/** Calls one handler so that no error of it reaches the caller; settles when the handler is done. */
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
