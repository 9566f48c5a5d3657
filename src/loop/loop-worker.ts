import { parseActions } from '../model/parse-actions.ts';
import { parseGoalState } from '../model/goal.ts';
import type { Nudge } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { GoalFeedbackPersistence, ReadTransaction } from '../storage/persistence.ts';
import { createGroupCommit, type GroupCommit } from './commit/group-commit.ts';
import { createLoopStore, UNCHANGED, type LoopStore } from './commit/loop-store.ts';
import type { Operation } from './commit/operation.ts';
import { once, type CallId } from './commit/receipts.ts';
import type { OutgoingFeedbackEvent } from './feedback-event.ts';
import { earlier } from './earlier.ts';
import { sharedRuns } from './shared-runs.ts';
import type { Polled } from './sources/poll-sources.ts';
import { changeGoal } from './state/change-goal.ts';
import { isPruningDue, pruneHistory } from './state/history.ts';
import { hasPendingWork, type LoopState } from './state/loop-state.ts';
import { applyGoal } from './processing/apply.ts';
import { historyContext, type LoopRuntime } from './processing/loop-runtime.ts';
import { nothingDone, processPending, type ProcessResult } from './processing/processor.ts';
import { takeActions, type Taken } from './processing/take-actions.ts';
import { createUnderWay } from './under-way.ts';

/** The result of recording actions. */
export interface Recorded<Shapes extends LoopShapes = AnyShapes> {
  readonly count: number;
  /** True if the same call had been taken before. */
  readonly duplicate: boolean;
  /** The new nudges, if the strategy is trusted; from others they come later. */
  readonly nudges: readonly Nudge<Shapes>[];
  /** The strategy may still have to be asked. For a duplicate this is not known: the first copy may have died before that. */
  readonly isPending: boolean;
}

/** What a wake-up did. */
export interface WakeResult extends ProcessResult {
  /** Actions that sources brought. */
  readonly polled: number;
  /** The life of the loop that it found, which an erasure ends; empty while nothing of the loop is stored. */
  readonly incarnation: string;
}

/** The result if there are no sources. */
const NOT_POLLED: Polled = { count: 0, nudges: [], retryAt: null };

/** The surroundings of a `LoopWorker`. */
export interface LoopWorkerOptions {
  readonly persistence: GoalFeedbackPersistence;
  /** Called after each commit with what is stored. It must not throw: the stored change would look refused. */
  readonly tell: (event: OutgoingFeedbackEvent) => void;
  /** Processes pending work while no other worker of this loop does, or leaves it to another one. */
  readonly exclusively: (work: () => Promise<ProcessResult>) => Promise<ProcessResult>;
  /** Asks the loop's sources. A host without sources does not contain that code. @default there are none */
  readonly poll?: ((state: LoopState, changes: GroupCommit, runtime: LoopRuntime, isStopped: () => boolean) => Promise<Polled>) | undefined;
}

/** The part of a `GoalFeedbackWorker` that hosts use: they listen and wake it by themselves. */
export class LoopWorker {
  readonly #store: LoopStore;
  readonly #changes: GroupCommit;
  readonly #options: LoopWorkerOptions;
  readonly #underWay = createUnderWay();
  readonly #process = sharedRuns(() => this.#processOnce());
  protected isStopped = false;

  /**
   * @param runtime what it works with
   * @param options its surroundings
   * @param predecessor the worker that this one replaces with another runtime, for the same loop, storage and listener. What
   * that one was given is stored before what this one is given
   */
  constructor(protected readonly runtime: LoopRuntime, options: LoopWorkerOptions, predecessor?: LoopWorker) {
    const { loop } = runtime;
    this.#options = options;
    if (predecessor === undefined) {
      this.#store = createLoopStore(options.persistence, runtime);
      this.#changes = createGroupCommit(this.#store, ({ revision, outbox }) => options.tell({ type: 'changed', loop, revision, outbox: outbox.next }));
    } else {
      [this.#store, this.#changes] = [predecessor.#store, predecessor.#changes];
    }
  }

  /**
   * Stores actions; with a trusted strategy, together with the nudges for them.
   *
   * @param input one or several actions
   * @param id makes a resend of the same call harmless
   * @throws NudgeloopError `action.invalid`, `queue.full`, `receipt.conflict`, `epoch.reset`, `strategy.failed` from a
   * trusted strategy, or a `storage.…` code; nothing is taken
   */
  async record(input: unknown, id?: CallId): Promise<Recorded> {
    const actions = parseActions(input, this.runtime.timestampField);
    const count = actions.length;
    const text = JSON.stringify(actions);
    const bytes = text.length;
    const operation: Operation<Taken> =
      count === 0 ? async () => UNCHANGED : (transaction, state, log) => takeActions(transaction, state, { ...this.runtime, log }, actions, bytes);
    const taken = await this.change(once(id, text, operation));
    if (taken === undefined) return { count, duplicate: count > 0, nudges: [], isPending: count > 0 };
    this.runtime.log.debug('actions.recorded', { loop: this.runtime.loop, actions: count });
    this.#publish(taken.nudges);
    return { count, duplicate: false, ...taken };
  }

  /**
   * Sets the goal. If it differs, the latest action is judged again; an equal goal does nothing.
   *
   * @param input a record of targets
   * @param id as of `record`
   * @throws NudgeloopError `goal.invalid`, `receipt.conflict`, `epoch.reset`, `strategy.failed` from a trusted strategy, or a
   * `storage.…` code; the goal stays as it was
   */
  async setGoalState(
    input: unknown,
    id?: CallId,
  ): Promise<{ readonly changed: boolean; readonly nudges: readonly Nudge[] }> {
    const goalState = parseGoalState(input);
    const operation: Operation<readonly Nudge[]> = async (transaction, state, log) => {
      if (!changeGoal(state, goalState)) return UNCHANGED;
      state.goalPending = true;
      log.info('goal.changed', { fields: Object.keys(goalState).length });
      return this.runtime.strategy.trusted === true ? applyGoal(transaction, state, { ...this.runtime, log }) : [];
    };
    const done = await this.change(once(id, JSON.stringify(goalState), operation, (): true => true));
    if (done === undefined) return { changed: false, nudges: [] };
    const nudges = done === true ? [] : done;
    this.#publish(nudges);
    return { changed: true, nudges };
  }

  /** Processes pending work, unless a wait after failures is on. All calls made during a run share the next run. */
  async processPending(): Promise<ProcessResult> {
    return this.#underWay.add(this.#process());
  }

  async #processOnce(): Promise<ProcessResult> {
    if (!hasPendingWork(await this.#state())) return nothingDone();
    const hooks = { isStopped: () => this.isStopped, told: (nudges: readonly Nudge[]) => this.#publish(nudges) };
    return this.#options.exclusively(() => processPending(this.#changes, this.runtime, hooks));
  }

  /** Does due work: prunes by age, asks the sources, processes what is pending. If there is nothing new, it only reads. */
  async wake(): Promise<WakeResult> {
    return this.#underWay.add(this.#wake());
  }

  async #wake(): Promise<WakeResult> {
    const state = await this.#pruned();
    const { poll = async () => NOT_POLLED } = this.#options;
    const { count, nudges, retryAt } = await poll(state, this.#changes, this.runtime, () => this.isStopped);
    this.#publish(nudges);
    const result = count > 0 || hasPendingWork(state) ? await this.processPending() : nothingDone();
    return { ...result, polled: count, nextAt: earlier(result.nextAt, retryAt), incarnation: state.incarnation };
  }

  /** Removes what retention no longer keeps, if there is any. */
  async prune(): Promise<void> {
    await this.#pruned();
  }

  /** Starts no more pending work, asks no more sources, and settles when nothing is in progress. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.#underWay.settled();
    await this.reached();
  }

  /** Carries out a change, in turn with all others. */
  change<T>(operation: Operation<T>): Promise<T | undefined> {
    return this.#changes.submit(operation);
  }

  /** Settles once all changes requested so far are stored or refused. */
  reached(): Promise<void> {
    return this.#changes.reached();
  }

  /** Reads the loop as of one instant, with all changes that were requested before. */
  async read<T>(work: (transaction: ReadTransaction, state: LoopState) => Promise<T>): Promise<T> {
    await this.reached();
    return this.#store.read(work);
  }

  #state(): Promise<LoopState> {
    return this.read(async (_transaction, state) => state);
  }

  /** The state after pruning; a loop with nothing to prune is only read. */
  async #pruned(): Promise<LoopState> {
    const { retention, clock } = this.runtime;
    const state = await this.#state();
    if (!isPruningDue(state, retention, clock.now())) return state;
    const done = await this.change(async (transaction, draft) => {
      const [since, oldestAt] = [draft.time?.since, draft.history.oldestAt];
      const pruned = await pruneHistory(transaction, draft, historyContext(this.runtime));
      // A first look after a gap in time, or one that corrects the oldest time, removes nothing but must be remembered.
      return pruned === 0 && draft.time?.since === since && draft.history.oldestAt === oldestAt ? UNCHANGED : pruned;
    });
    // Read again: the next change starts from the draft, so nobody else may hold it.
    return done === undefined ? state : this.#state();
  }

  #publish(nudges: readonly Nudge[]): void {
    for (const nudge of nudges) {
      // The worker's surface, which shows notifications, knows a new nudge by this event: see `sw/nudge-surface.ts`.
      this.runtime.log.debug('nudge.created', { loop: nudge.loop, cause: nudge.cause, seq: nudge.seq });
      this.#options.tell({ type: 'nudge', nudge });
    }
  }
}
