import { steadyClock, type Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { parseActions, type Action, type ActionInput } from '../model/action.ts';
import { parseGoalState, sameGoal, type GoalState } from '../model/goal.ts';
import type { Analysis, Suggestion } from '../model/nudge.ts';
import { copyOf } from '../model/plain-data.ts';
import { parseRetention, type DurationInput } from '../model/retention.ts';
import { createMemoryPersistence } from '../storage/memory-persistence.ts';
import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../storage/persistence.ts';
import { systemClock, systemIds } from '../system.ts';
import { createLoopStore, UNCHANGED, type LoopStore } from './commit/loop-store.ts';
import { appendHistory, clearHistory, newestActions, pruneHistory, type HistoryContext } from './state/history.ts';
import { baselinesOf, type LoopState } from './state/loop-state.ts';
import { assertRoom } from './state/storage-room.ts';
import { judgeNow, judgeSafely, lookbackOf, type Case, type Judgement } from './strategies/judge.ts';
import { DEFAULT_LOOKBACK, DEFAULT_STRATEGY_DEADLINE, type GoalFeedbackStrategy } from './strategies/strategy.ts';

/** Options of `GoalDrivenFeedbackLoop`. */
export interface GoalDrivenFeedbackLoopOptions {
  /** Turns actions into suggestions. */
  readonly strategy: GoalFeedbackStrategy;
  /** The goal to begin with. @default the stored one, or none */
  readonly goalState?: GoalState;
  /** Where history, baselines, goal and analysis are kept. @default memory */
  readonly persistence?: GoalFeedbackPersistence;
  /** The loop's name within the persistence. @default 'default' */
  readonly name?: string;
  /** Keep the newest so many actions; 0 keeps nothing. @default all */
  readonly retentionLimit?: number;
  /** Keep actions not older than this: milliseconds, or `{ days: 30 }`. @default all */
  readonly retentionWindow?: DurationInput;
  /** The field that holds an action's time. @default 'timestamp' */
  readonly timestampField?: string;
  /** Milliseconds that an untrusted strategy may take. @default 5000 */
  readonly strategyDeadline?: number;
  /** Bytes that the loop may take, about; beyond, calls reject with `storage.quota`. @default no limit */
  readonly storageLimit?: number;
  /** Let a jump of the clock make nothing expire by age at once. @default false */
  readonly guardsClock?: boolean;
  /** Tells the time. @default the machine's */
  readonly clock?: Clock;
  /** Is told what happens. @default silent */
  readonly log?: Log;
}

/**
 * Compares actions with a goal and suggests better ones; keeps the history that this needs, and forgets what the
 * retention no longer keeps. This is the loop by itself, for Node, tests and direct use; in a web app
 * `createNudgeloop` runs it in the background. After the class of the same name in the original loop.
 *
 * @example
 * ```ts
 * import { GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * const loop = new GoalDrivenFeedbackLoop({
 *   strategy: new SimpleGoalFeedbackStrategy(),
 *   goalState: { steps: 10_000 },
 *   retentionWindow: { days: 30 },
 * });
 * await loop.extendHistory([{ steps: 4_000 }]);
 * const [suggestion] = await loop.suggestActions([], [{ steps: 4_500 }]);
 * console.log(suggestion.steps); // prints 7000
 * // Half of the way from 4,000, where the history stands, to the goal.
 * ```
 */
export class GoalDrivenFeedbackLoop {
  readonly #strategy: GoalFeedbackStrategy;
  readonly #store: LoopStore;
  readonly #clock: Clock;
  readonly #timestampField: string;
  readonly #retention: HistoryContext['retention'];
  readonly #deadline: number;
  readonly #storageLimit: number;
  readonly #guardsClock: boolean;
  readonly #log: Log | undefined;
  readonly #goalState: GoalState | undefined;
  #opening: Promise<void> | undefined;

  /** @throws NudgeloopError `options.invalid` or `goal.invalid` */
  constructor(options: GoalDrivenFeedbackLoopOptions) {
    this.#strategy = options.strategy;
    this.#clock = steadyClock(options.clock ?? systemClock);
    this.#log = options.log;
    this.#retention = parseRetention(options);
    this.#timestampField = options.timestampField ?? 'timestamp';
    this.#deadline = options.strategyDeadline ?? DEFAULT_STRATEGY_DEADLINE;
    this.#storageLimit = options.storageLimit ?? Infinity;
    this.#guardsClock = options.guardsClock ?? false;
    this.#goalState = options.goalState === undefined ? undefined : parseGoalState(options.goalState);
    const persistence = options.persistence ?? memoryOf(this.#log);
    this.#store = createLoopStore(persistence, options.name ?? 'default', () => this.#clock.now(), systemIds);
  }

  /**
   * Suggests better actions, then takes the given ones into the history.
   *
   * @param history replaces the stored history when it is not empty; with `[]` the stored one serves
   * @param actions one or several new actions
   * @returns one suggestion per action, if the strategy keeps to that
   * @throws NudgeloopError `action.invalid`, `strategy.failed`, `strategy.timeout` or a `storage.…` code; nothing is changed
   */
  async suggestActions(
    history: readonly ActionInput[],
    actions: ActionInput | readonly ActionInput[],
  ): Promise<readonly Suggestion[]> {
    const given = parseActions(history, this.#timestampField);
    const wanted = parseActions(actions, this.#timestampField);
    await this.#open();
    const { trusted = false } = this.#strategy;
    if (trusted) {
      return this.#store.update(async (transaction, state) => {
        await this.#replaceHistory(transaction, state, given);
        const judgement = judgeNow(this.#strategy, await this.#caseOf(transaction, state, given, wanted));
        return this.#conclude(transaction, state, wanted, judgement);
      });
    }
    const judgement = await this.#judgeOutside(given, wanted);
    return this.#store.update(async (transaction, state) => {
      await this.#replaceHistory(transaction, state, given);
      return this.#conclude(transaction, state, wanted, judgement);
    });
  }

  /**
   * Takes actions into the history without judging them.
   *
   * @throws NudgeloopError `action.invalid` or a `storage.…` code; nothing is changed
   */
  async extendHistory(entries: readonly ActionInput[]): Promise<void> {
    const actions = parseActions(entries, this.#timestampField);
    await this.#open();
    if (actions.length === 0) return;
    await this.#store.update((transaction, state) => this.#append(transaction, state, actions));
  }

  /**
   * Sets the goal for the suggestions to come.
   *
   * @throws NudgeloopError `goal.invalid` or a `storage.…` code; the goal stays as it was
   */
  async setGoalState(input: GoalState): Promise<void> {
    const goalState = parseGoalState(input);
    await this.#open();
    await this.#saveGoal(goalState);
  }

  /** Forgets history, baselines and analysis; the goal stays. */
  async resetHistory(): Promise<void> {
    await this.#open();
    await this.#store.update((transaction, state) => clearHistory(transaction, state));
    this.#log?.info('history.reset');
  }

  /**
   * The retained actions, oldest first.
   *
   * @param limit the newest so many; all by default
   */
  async history(limit?: number): Promise<Action[]> {
    await this.#open();
    return this.#store.read((transaction, state) => newestActions(transaction, state, limit ?? state.history.count));
  }

  /** Per metric, the value in the oldest retained action that has one. */
  async baselines(): Promise<Record<string, number>> {
    await this.#open();
    return this.#store.read(async (_transaction, state) => baselinesOf(state, this.#timestampField));
  }

  /** The analysis of the last suggestion; empty when the history was. */
  async lastAnalysis(): Promise<Analysis> {
    await this.#open();
    return this.#store.read(async (_transaction, state) => state.analysis);
  }

  /** The goal, or null when none was set. */
  async goalState(): Promise<GoalState | null> {
    await this.#open();
    return this.#store.read(async (_transaction, state) => state.goalState);
  }

  /** Once, before the first call: the goal of the options is stored, and what grew too old meanwhile is pruned. */
  #open(): Promise<void> {
    this.#opening ??= (async () => {
      if (this.#goalState !== undefined) await this.#saveGoal(this.#goalState);
      await this.#store.update(async (transaction, state) => {
        return (await pruneHistory(transaction, state, this.#context())) === 0 ? UNCHANGED : undefined;
      });
    })().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #saveGoal(goalState: GoalState): Promise<void> {
    await this.#store.update(async (_transaction, state) => {
      if (sameGoal(state.goalState ?? undefined, goalState)) return UNCHANGED;
      Object.assign(state, { goalState, goalVersion: state.goalVersion + 1 });
      return undefined;
    });
  }

  async #replaceHistory(transaction: WriteTransaction, state: LoopState, given: readonly Action[]): Promise<void> {
    if (given.length === 0) return;
    await clearHistory(transaction, state);
    await this.#append(transaction, state, given);
  }

  /** The history that was passed is judged as it was passed, even where the retention keeps less of it. */
  async #caseOf(
    transaction: ReadTransaction,
    state: LoopState,
    given: readonly Action[],
    actions: readonly Action[],
  ): Promise<Case> {
    const lookback = lookbackOf(this.#strategy, DEFAULT_LOOKBACK);
    const history = given.length > 0 ? given.slice(-lookback) : await newestActions(transaction, state, lookback);
    return { history, actions, goalState: state.goalState ?? {}, baselines: baselinesOf(state, this.#timestampField), now: this.#clock.now() };
  }

  async #judgeOutside(given: readonly Action[], wanted: readonly Action[]): Promise<Judgement> {
    const goalState = await this.goalState();
    const look = async (transaction: ReadTransaction, state: LoopState): Promise<Case> => {
      return { ...(await this.#caseOf(transaction, state, given, wanted)), goalState: goalState ?? {} };
    };
    if (given.length === 0) return judgeSafely(this.#strategy, await this.#store.read(look), this.#clock, this.#deadline);
    // A history that was passed is tried on a loop in memory first: if the strategy fails, the stored one is untouched.
    const scratch = createLoopStore(memoryOf(undefined), 'scratch', () => this.#clock.now(), () => 'scratch');
    const found = await scratch.update(async (transaction, state) => {
      await this.#replaceHistory(transaction, state, given);
      return look(transaction, state);
    });
    return judgeSafely(this.#strategy, found, this.#clock, this.#deadline);
  }

  async #conclude(
    transaction: WriteTransaction,
    state: LoopState,
    actions: readonly Action[],
    { suggestions, analysis }: Judgement,
  ): Promise<readonly Suggestion[]> {
    state.analysis = analysis;
    await this.#append(transaction, state, actions);
    // A copy: the analysis in it is the state's own, which the next change begins from, and the rest may be the actions'.
    return copyOf(suggestions);
  }

  async #append(transaction: WriteTransaction, state: LoopState, actions: readonly Action[]): Promise<void> {
    assertRoom(state, actions, this.#storageLimit);
    await appendHistory(transaction, state, actions, this.#context());
  }

  #context(): HistoryContext {
    const now = this.#clock.now();
    return { now, timestampField: this.#timestampField, retention: this.#retention, guardsClock: this.#guardsClock };
  }
}

function memoryOf(log: Log | undefined): GoalFeedbackPersistence {
  return createMemoryPersistence({ newId: () => 'memory', ...(log === undefined ? {} : { log }) });
}
