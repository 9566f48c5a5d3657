import { nameOf, NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { ActionInput } from '../model/action.ts';
import type { DeadLetters } from '../model/dead-letters.ts';
import type { LoopExport } from '../model/export-format.ts';
import type { GoalInput } from '../model/goal.ts';
import type { HistoryRange } from '../model/history-range.ts';
import type { DeadLetter, HistoryEntry, LoopInspection } from '../model/inspection.ts';
import { invalidOption } from '../model/check-options.ts';
import type { Nudge } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { inPieces, moveInPieces, ours } from '../model/placed.ts';
import type { CallId } from './commit/receipts.ts';
import { checkedCallId, checkedRange } from './core-arguments.ts';
import { checkedWorkerOptions } from './core-options.ts';
import { coreRuntime, settingsOf } from './core-runtime.ts';
import type { FeedbackEvent, IncomingFeedbackEvent } from './feedback-event.ts';
import type { GoalFeedbackWorkerOptions } from './goal-feedback-worker-options.ts';
import { acknowledge, emptyHistory, moveDeadLetters, takeImport } from './loop-changes.ts';
import { exportLoop, inspectLoop, readDeadLetters, readHistory } from './loop-queries.ts';
import { LoopWorker, type Recorded } from './loop-worker.ts';
import { readNudges } from './state/outbox.ts';
import { areNamedApart } from './sources/are-named-apart.ts';
import { pollSources } from './sources/poll-sources.ts';

/** How many nudges `nudges` reads, and how many entries `history` reads without a limit. */
const NUDGES_PER_CALL = 1_000;
const ENTRIES_PER_CALL = 100;

/**
 * Runs one loop in the background: takes actions and goals, computes only when one of them changed, and keeps nudges until
 * somebody acknowledges them. Its own state does not matter: stop it at any instant, make it again, and it continues where
 * it was. The bus gets each nudge once, when it is made; `nudges` still returns those that nobody heard then. After the
 * class of the same name in the original loop.
 *
 * @example
 * ```ts
 * import {
 *   createMemoryPersistence,
 *   FeedbackEventBus,
 *   GoalFeedbackWorker,
 *   SimpleGoalFeedbackStrategy,
 *   type FeedbackEvent,
 * } from 'nudgeloop/core';
 *
 * const bus = new FeedbackEventBus<FeedbackEvent>();
 * bus.subscribe((event) => {
 *   if (event.type === 'nudge') console.log(event.nudge.suggestions.map(({ steps }) => steps));
 * });
 * const worker = new GoalFeedbackWorker({
 *   strategy: new SimpleGoalFeedbackStrategy(),
 *   persistence: createMemoryPersistence(),
 *   bus,
 * });
 * await worker.handleEvent({ type: 'goal', goalState: { steps: 10_000 } });
 * await worker.handleEvent({ type: 'actions', actions: { steps: 4_200 } }); // prints [ 5000 ]
 * const id = { client: 'tracker', seq: 0 }; // the next call is { client: 'tracker', seq: 1 }
 * await worker.handleEvent({ type: 'actions', actions: { steps: 5_000 }, id }); // prints [ 7100 ]
 * await worker.handleEvent({ type: 'actions', actions: { steps: 5_000 }, id }); // was taken before, and does nothing
 *
 * const waiting = await worker.nudges();
 * console.log(waiting.length, await worker.acknowledge(waiting)); // prints 2 2
 * ```
 */
export class GoalFeedbackWorker<Shapes extends LoopShapes = AnyShapes> extends LoopWorker {
  /**
   * The actions on which the strategy failed too often: list, retry or discard them. Retried ones are processed by
   * `processPending`, or at the next wake-up.
   */
  readonly deadLetters: DeadLetters<Shapes>;
  readonly #bus: GoalFeedbackWorkerOptions['bus'];
  #unsubscribe: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  /**
   * @param options what it works with
   * @throws NudgeloopError `options.invalid`, also for an unknown option
   */
  constructor(options: GoalFeedbackWorkerOptions) {
    const { name: own = 'default' } = checkedWorkerOptions(options);
    const sources = (options.sources ?? []).filter(({ loop = own }) => loop === own);
    if (!areNamedApart(sources.map(({ name }) => ({ name })))) {
      throw invalidOption('sources', 'pass sources with unique names, other than inherited ones such as `constructor`');
    }
    const { persistence, bus, exclusively = (work) => work() } = options;
    const runtime = coreRuntime(options);
    /** If the app's own bus throws, a stored change must not look refused: the app would make it again. */
    const tell = (event: FeedbackEvent): void => {
      try {
        bus?.publish(event);
      } catch (error) {
        runtime.log.error('bus.handler-failed', { seen: error instanceof Error ? nameOf(error) : typeof error });
      }
    };
    super(runtime, { persistence, tell, exclusively, poll: (...given) => pollSources(sources, ...given) });
    this.#bus = bus;
    const move = (what: 'retry' | 'discard', letters: DeadLetter | readonly DeadLetter[]): Promise<number> =>
      moveInPieces(own, letters, async (piece) => (await moveDeadLetters(this, runtime, what, piece)).length);
    this.deadLetters = {
      list: async (range = {}) => {
        const checked = checkedRange('deadLetters', range);
        return this.read((transaction, state) => readDeadLetters(transaction, state, checked));
      },
      retry: (letters) => move('retry', letters),
      discard: (letters) => move('discard', letters),
    };
    this.#subscribe();
  }

  /**
   * Handles an event. Settles once the event is stored and processed. If it is stored and can't be processed now, as on a full
   * disk, that is logged as `call.failed`, and the next wake-up goes on with it.
   *
   * @throws NudgeloopError `message.invalid` for another type of event or an invalid id; `action.invalid`, `goal.invalid`,
   * `queue.full`, `receipt.conflict`, `strategy.failed` from a trusted strategy, or a `storage.…` code
   */
  async handleEvent(event: IncomingFeedbackEvent<Shapes>): Promise<void> {
    // In compiled code it can't be anything else.
    const { type } = (event ?? {}) as Partial<IncomingFeedbackEvent>;
    if (type !== 'actions' && type !== 'goal') {
      const text = "There is no such event. Pass { type: 'actions', actions } or { type: 'goal', goalState }.";
      throw new NudgeloopError('message.invalid', text, { call: 'handleEvent' });
    }
    if (event.type === 'actions') await this.record(event.actions, event.id);
    else await this.setGoalState(event.goalState);
    // A rejection would say that nothing was taken, and the app would pass the event again.
    await this.processPending().catch((error: unknown) => this.#noteFailure(event.type, error));
  }

  /**
   * Stores actions; with a trusted strategy, together with the nudges for them.
   *
   * @param input one or several actions
   * @param id makes a resend of the same call harmless: `{ client, seq }`, the client's name and the number of its call
   * @throws NudgeloopError `action.invalid`, `message.invalid` for an invalid id, `queue.full`, `receipt.conflict`,
   * `epoch.reset`, `strategy.failed` from a trusted strategy, or a `storage.…` code; nothing is taken
   */
  override async record(input: ActionInput<Shapes> | readonly ActionInput<Shapes>[], id?: CallId): Promise<Recorded<Shapes>> {
    return super.record(input, checkedCallId('record', id));
  }

  /**
   * Sets the goal. If it differs, the latest action is judged again; an equal goal does nothing.
   *
   * @throws NudgeloopError `goal.invalid`, `message.invalid` for an invalid id, `receipt.conflict`, `epoch.reset`,
   * `strategy.failed` from a trusted strategy, or a `storage.…` code; the goal stays as it was
   */
  override async setGoalState(
    input: GoalInput<Shapes>,
    id?: CallId,
  ): Promise<{ readonly changed: boolean; readonly nudges: readonly Nudge<Shapes>[] }> {
    return super.setGoalState(input, checkedCallId('setGoalState', id)) as Promise<{ changed: boolean; nudges: readonly Nudge<Shapes>[] }>;
  }

  /** Reads the nudges that nobody has acknowledged, whether the bus got them or not: oldest first, at most 1,000. */
  async nudges(): Promise<readonly Nudge<Shapes>[]> {
    const read = this.read((transaction, state) => readNudges(transaction, state, -1, NUDGES_PER_CALL));
    return read as Promise<Nudge<Shapes>[]>;
  }

  /**
   * Marks nudges as dealt with and removes them from the outbox.
   *
   * @returns how many this call acknowledged, not counting those that were acknowledged before
   * @throws NudgeloopError `message.invalid` for something other than a nudge of this loop, or for more than 10,000
   */
  async acknowledge(nudges: Nudge<Shapes> | readonly Nudge<Shapes>[]): Promise<number> {
    const given = ours<Nudge<Shapes>>('acknowledge', this.runtime.loop, nudges).map(({ seq, id }) => ({ seq, id }));
    return inPieces(given, async (piece) => (await acknowledge(this, piece)).acknowledged.length);
  }

  /**
   * Reads retained actions, oldest first.
   *
   * @throws NudgeloopError `message.invalid` if the range is invalid
   */
  async history(range: HistoryRange = {}): Promise<readonly HistoryEntry<Shapes>[]> {
    const { limit = ENTRIES_PER_CALL, ...rest } = checkedRange('history', range);
    return this.read((transaction, state) => readHistory(transaction, state, { limit, ...rest }));
  }

  /**
   * Empties the history. Goal, pending actions, dead letters and unacknowledged nudges stay.
   *
   * @returns how many actions were removed
   */
  async resetHistory(): Promise<number> {
    const removed = await emptyHistory(this);
    this.runtime.log.info('history.reset', { loop: this.runtime.loop });
    return removed;
  }

  /** Reads goal, history, last analysis, pending actions and source cursors as JSON, without nudges and dead letters. */
  async export(): Promise<LoopExport> {
    const { loop, clock } = this.runtime;
    return this.read((transaction, state) => exportLoop(transaction, state, loop, clock.now()));
  }

  /**
   * Replaces goal, history, analysis and any source cursors with those of an export, and adds its pending actions to the
   * ones here: importing the same file again adds them again. Nudges and dead letters stay, but if room is short, the
   * oldest nudges are dropped.
   *
   * @returns how many actions the file holds, in its history and pending, including those that retention does not keep
   *
   * @throws NudgeloopError `message.invalid`, `action.invalid`, `goal.invalid`, `queue.full` or `storage.quota`; nothing is changed
   */
  async import(data: unknown): Promise<number> {
    return takeImport(this, this.runtime, data);
  }

  /** Reads what is stored, for inspection. `settings` are this worker's own options, not those that a client of the loop stored. */
  async inspect(): Promise<LoopInspection<Shapes>> {
    const { loop, clock } = this.runtime;
    const settings = settingsOf(this.runtime);
    return this.read((transaction, state) => inspectLoop(transaction, { ...state, settings }, loop, clock.now()));
  }

  /**
   * Wakes itself at the poll interval from now on, and rejoins the bus after `stop`. For hosts that stay alive, such as
   * Node; a service worker does not need it.
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

  /** Undoes `start`, leaves the bus, starts no more work and asks no more sources. Settles when nothing is in progress. */
  override async stop(): Promise<void> {
    this.#cancelPoll?.();
    this.#unsubscribe?.();
    this.#cancelPoll = this.#unsubscribe = undefined;
    await super.stop();
  }

  #subscribe(): void {
    this.#unsubscribe ??= this.#bus?.subscribe(async (event) => {
      if (event.type !== 'actions' && event.type !== 'goal') return;
      await this.handleEvent(event as IncomingFeedbackEvent<Shapes>).catch((error: unknown) => this.#noteFailure(event.type, error));
    });
  }

  /** Logs a failure that nobody waits for: the publisher does not hear of it, and a bus may have no log. */
  #noteFailure(call: string, error: unknown): void {
    this.runtime.log.error('call.failed', { loop: this.runtime.loop, call, code: toNudgeloopError(error).code });
  }
}
