import { NudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { callHandler, type FeedbackBus, type FeedbackEventHandler } from './feedback-event-bus.ts';

/** Options of `AsyncFeedbackEventBus`. */
export interface AsyncFeedbackEventBusOptions {
  /** How many events may wait for each consumer; beyond it, new ones are dropped for that consumer. @default 1000 */
  readonly capacity?: number | undefined;
  /** Gets `bus.full` and `bus.handler-failed`. @default silent */
  readonly log?: Log | undefined;
}

interface Consumer<Event> {
  readonly handler: FeedbackEventHandler<Event>;
  readonly queue: Event[];
  dropped: number;
  isRunning: boolean;
}

/**
 * A bus with a queue for each consumer. Publishing never waits; each consumer gets its events in order and one at a time; a
 * slow or throwing consumer does not hold up the others. After the bus of the same name in the original loop.
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
  /** Each settles when its consumer's queue is empty. Kept apart, since a removed consumer may still be handling an event. */
  readonly #running = new Set<Promise<void>>();
  readonly #capacity: number;
  readonly #log: Log | undefined;
  #dropped = 0;
  #closed = false;

  /** @throws NudgeloopError `options.invalid` if the capacity is not a positive whole number */
  constructor(options: AsyncFeedbackEventBusOptions = {}) {
    const { capacity = 1_000 } = options;
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new NudgeloopError('options.invalid', 'The option capacity is invalid: pass a whole number of at least 1.', {
        option: 'capacity',
      });
    }
    this.#capacity = capacity;
    this.#log = options.log;
  }

  /** How many events were dropped because a consumer's queue was full. */
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
   * Settles when every event published so far has been handled, and those that handlers published in the meantime. Don't
   * await it in a handler, which would wait for itself forever; calling it there without `await` is fine.
   */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /**
   * Accepts no more events, and settles when those accepted are handled. Like `drain`, don't await it in a handler. Calling
   * it again has no further effect.
   */
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
    // Never within `publish` itself: a publisher must not wait for its consumers.
    await Promise.resolve();
    while (consumer.queue.length > 0) await callHandler(consumer.handler, consumer.queue.shift()!, this.#log);
    consumer.isRunning = false;
  }

  #assertOpen(): void {
    if (this.#closed) throw new NudgeloopError('client.disposed', 'The bus was closed before this call.');
  }
}
