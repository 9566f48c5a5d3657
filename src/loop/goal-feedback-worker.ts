import { nameOf, toNudgeloopError } from '../errors.ts';
import { coreRuntime } from './core-runtime.ts';
import { LoopWorker } from './loop-worker.ts';
import type { FeedbackEvent, IncomingFeedbackEvent } from './feedback-event.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';
import { invalidOption } from './make-runtime.ts';
import { areNamedApart } from './sources/are-named-apart.ts';
import { pollSources } from './sources/poll-sources.ts';

/**
 * Runs one loop in the background: takes actions and goals, computes only when one of them changed, keeps the advice
 * until somebody acknowledges it. It has no state of its own that matters: stopped at any instant and made again, it
 * goes on where it was. After the class of the same name in the original loop.
 *
 * @example
 * ```ts
 * import {
 *   createMemoryPersistence,
 *   FeedbackEventBus,
 *   GoalFeedbackWorker,
 *   SimpleGoalFeedbackStrategy,
 *   systemIds,
 *   type FeedbackEvent,
 * } from 'nudgeloop/core';
 *
 * const bus = new FeedbackEventBus<FeedbackEvent>();
 * bus.subscribe((event) => {
 *   if (event.type === 'nudge') console.log(event.nudge.suggestions.map(({ steps }) => steps));
 * });
 * const worker = new GoalFeedbackWorker({
 *   strategy: new SimpleGoalFeedbackStrategy(),
 *   persistence: createMemoryPersistence({ newId: systemIds }),
 *   bus,
 * });
 * await worker.handleEvent({ type: 'goal', goalState: { steps: 10_000 } });
 * await worker.handleEvent({ type: 'actions', actions: { steps: 4_200 } }); // prints [ 5000 ]
 * await worker.handleEvent({ type: 'actions', actions: { steps: 5_000 } }); // prints [ 7100 ]
 * ```
 */
export class GoalFeedbackWorker extends LoopWorker {
  readonly #bus: GoalFeedbackWorkerOptions['bus'];
  #unsubscribe: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  /**
   * @param options what it works with
   * @throws NudgeloopError `options.invalid`
   */
  constructor(options: GoalFeedbackWorkerOptions) {
    const { name: own = 'default' } = options;
    const sources = (options.sources ?? []).filter(({ loop = own }) => loop === own);
    if (!areNamedApart(sources.map(({ name }) => ({ name })))) {
      throw invalidOption('sources', 'sources with a name each, a string that no other source of the loop has and no object inherits, as `constructor`');
    }
    const { persistence, bus, exclusively = (work) => work() } = options;
    const runtime = coreRuntime(options);
    /** A bus of the app's own that throws must not make a change look refused that is stored: it would be made again. */
    const tell = (event: FeedbackEvent): void => {
      try {
        bus?.publish(event);
      } catch (error) {
        runtime.log.error('bus.handler-failed', { seen: error instanceof Error ? nameOf(error) : typeof error });
      }
    };
    super(runtime, { persistence, tell, exclusively, poll: (...given) => pollSources(sources, ...given) });
    this.#bus = bus;
    this.#subscribe();
  }

  /**
   * Takes an event. Settles once it is stored and what follows from it is done.
   *
   * @throws NudgeloopError `action.invalid`, `goal.invalid`, `queue.full`, `receipt.conflict`, `strategy.failed` of a trusted strategy or a
   * `storage.…` code
   */
  async handleEvent(event: IncomingFeedbackEvent): Promise<void> {
    if (event.type === 'actions') await this.record(event.actions, event.id);
    else await this.setGoalState(event.goalState);
    await this.processPending();
  }

  /**
   * Wakes itself at the poll interval, from now on, and takes part in the bus again after `stop`; for hosts that stay alive, such as Node. A
   * service worker has no use for it.
   */
  start(): void {
    if (this.#cancelPoll !== undefined) return;
    this.isStopped = false;
    this.#subscribe();
    const poll = (): void => {
      this.#cancelPoll = this.runtime.clock.schedule(this.runtime.pollInterval, () => {
        poll();
        this.wake().catch((error: unknown) => this.#noteFailure('wake', error));
      });
    };
    poll();
  }

  /** Ends what `start` began, leaves the bus, takes up no more pending work, asks no more sources, and settles when nothing is under way. */
  override async stop(): Promise<void> {
    this.#cancelPoll?.();
    this.#unsubscribe?.();
    this.#cancelPoll = this.#unsubscribe = undefined;
    await super.stop();
  }

  #subscribe(): void {
    this.#unsubscribe ??= this.#bus?.subscribe(async (event) => {
      if (event.type !== 'actions' && event.type !== 'goal') return;
      await this.handleEvent(event).catch((error: unknown) => this.#noteFailure(event.type, error));
    });
  }

  /** Nobody waits for the answer: whoever published is not told, and a bus need not have a log. */
  #noteFailure(call: string, error: unknown): void {
    this.runtime.log.error('call.failed', { loop: this.runtime.loop, call, code: toNudgeloopError(error).code });
  }
}
