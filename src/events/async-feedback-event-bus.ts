import { NudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { callHandler, type FeedbackBus, type FeedbackEventHandler } from './feedback-event-bus.ts';

/** Options of `AsyncFeedbackEventBus`. */
export interface AsyncFeedbackEventBusOptions {
  /** Events that wait per consumer at the most; beyond, new ones are dropped for that consumer. @default 1000 */
  readonly capacity?: number | undefined;
  /** Is told `bus.full` and `bus.handler-failed`. @default silent */
  readonly log?: Log | undefined;
}

interface Consumer<Event> {
  readonly handler: FeedbackEventHandler<Event>;
  readonly queue: Event[];
  dropped: number;
  isRunning: boolean;
}

/**
 * A bus with a queue per consumer: publishing never waits, each consumer gets its events in order and one at a time,
 * and a slow or throwing one holds up no other. After the bus of the same name in the original loop.
 *
 * @example
 * ```ts
 * import { AsyncFeedbackEventBus, type FeedbackEvent } from 'nudgeloop/core';
 *
 * const bus = new AsyncFeedbackEventBus<FeedbackEvent>({ capacity: 100 });
 * bus.subscribe(async (event) => {
 *   await Promise.resolve(); // store it somewhere
 *   console.log('handled', event.type);
 * });
 * bus.publish({ type: 'actions', actions: [{ steps: 4_200 }] });
 * console.log('published'); // prints published
 * await bus.drain(); // prints handled actions
 * ```
 */
export class AsyncFeedbackEventBus<Event> implements FeedbackBus<Event> {
  readonly #consumers = new Set<Consumer<Event>>();
  /** Each settles when its consumer's queue is empty. Apart from them: one that left may be at an event still. */
  readonly #running = new Set<Promise<void>>();
  readonly #capacity: number;
  readonly #log: Log | undefined;
  #dropped = 0;
  #closed = false;

  /** @throws NudgeloopError `options.invalid` when the capacity is no positive whole number */
  constructor(options: AsyncFeedbackEventBusOptions = {}) {
    const { capacity = 1_000 } = options;
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new NudgeloopError('options.invalid', 'capacity is refused: pass a whole number of at least 1.', {
        option: 'capacity',
      });
    }
    this.#capacity = capacity;
    this.#log = options.log;
  }

  /** Events that were dropped because a consumer's queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  subscribe(handler: FeedbackEventHandler<Event>): () => void {
    this.#assertOpen();
    const consumer: Consumer<Event> = { handler, queue: [], dropped: 0, isRunning: false };
    this.#consumers.add(consumer);
    return () => {
      this.#consumers.delete(consumer);
      consumer.queue.length = 0;
    };
  }

  /** @throws NudgeloopError `client.disposed` after `close()` */
  publish(event: Event): void {
    this.#assertOpen();
    for (const consumer of this.#consumers) {
      if (consumer.queue.length >= this.#capacity) {
        this.#dropped += 1;
        consumer.dropped += 1;
        this.#log?.warn('bus.full', { capacity: this.#capacity, dropped: consumer.dropped });
        continue;
      }
      consumer.queue.push(event);
      if (!consumer.isRunning) this.#start(consumer);
    }
  }

  /**
   * Settles when every event published so far has been handled, and those that the handlers published meanwhile. A handler that awaits it
   * waits for itself, for ever; it may call it without awaiting.
   */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Takes no more events, and settles when those taken are handled; like `drain`, not to be awaited in a handler. Calling it again does nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.drain();
    this.#consumers.clear();
  }

  #start(consumer: Consumer<Event>): void {
    consumer.isRunning = true;
    const running = this.#run(consumer);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #run(consumer: Consumer<Event>): Promise<void> {
    // Never within `publish` itself: who publishes must not wait for who listens.
    await Promise.resolve();
    while (consumer.queue.length > 0) await callHandler(consumer.handler, consumer.queue.shift()!, this.#log);
    consumer.isRunning = false;
  }

  #assertOpen(): void {
    if (this.#closed) throw new NudgeloopError('client.disposed', 'The bus was closed before this call.');
  }
}
