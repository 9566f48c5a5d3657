import type { Action, ActionInput } from '../model/action.ts';
import { parseActions } from '../model/parse-actions.ts';
import { parseGoalState, type GoalInput, type GoalState } from '../model/goal.ts';
import type { Analysis, Suggestion } from '../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { createMemoryPersistence } from '../storage/memory-persistence.ts';
import { createLoopStore, UNCHANGED, type LoopStore } from './commit/loop-store.ts';
import { checkedLoopOptions } from './core-options.ts';
import { coreRuntime } from './core-runtime.ts';
import { createDirectLoop, type DirectLoop } from './direct-loop.ts';
import type { GoalDrivenFeedbackLoopOptions } from './goal-driven-feedback-loop-options.ts';
import { historyContext, type LoopRuntime } from './processing/loop-runtime.ts';
import { changeGoal } from './state/change-goal.ts';
import { resetHistory, newestActions, pruneHistory } from './state/history.ts';
import { baselinesOf } from './state/loop-state.ts';

/**
 * Compares actions with a goal and suggests better ones. It keeps the history that this needs and prunes what retention no
 * longer keeps. This is the loop by itself, for Node, tests and direct use; in a web app, `createNudgeloop` runs it in the
 * background. After the class of the same name in the original loop.
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
 * console.log(suggestion?.steps); // prints 7000
 * // Half of the way from 4,000, where the history stands, to the goal.
 * ```
 */
export class GoalDrivenFeedbackLoop<Shapes extends LoopShapes = AnyShapes> {
  readonly #direct: DirectLoop;
  readonly #store: LoopStore;
  readonly #runtime: LoopRuntime;

  /** @throws NudgeloopError `options.invalid`, also for an unknown option, or `goal.invalid` */
  constructor(options: GoalDrivenFeedbackLoopOptions<Shapes>) {
    const given = checkedLoopOptions(options).goalState;
    const goalState = given === undefined ? undefined : parseGoalState(given);
    const runtime = { ...coreRuntime(options), storageLimit: options.storageLimit ?? Infinity };
    this.#runtime = runtime;
    const { persistence = createMemoryPersistence({ newId: () => 'memory', log: runtime.log }) } = options;
    const store = createLoopStore(persistence, runtime);
    let opening: Promise<LoopStore> | undefined;
    /** Runs before the first call, and again before the next one if it failed. Prunes what became too old in the meantime. */
    const open = (): Promise<LoopStore> => {
      opening ??= (async () => {
        if (goalState !== undefined) await saveGoal(store, goalState);
        await store.update(async (transaction, state) => {
          return (await pruneHistory(transaction, state, historyContext(runtime))) === 0 ? UNCHANGED : undefined;
        });
        return store;
      })().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    };
    this.#store = { read: async (work) => (await open()).read(work), update: async (work) => (await open()).update(work) };
    this.#direct = createDirectLoop(runtime, this.#store);
  }

  /**
   * Suggests better actions, then appends the given ones to the history.
   *
   * @param history if not empty, replaces the stored history; with `[]`, the stored one is used
   * @param actions one or several new actions
   * @returns one suggestion for each action, if the strategy does so
   * @throws NudgeloopError `action.invalid`, `strategy.failed`, `strategy.timeout` or a `storage.…` code; `epoch.reset` if the
   * loop was erased while the strategy was asked. Nothing is changed
   */
  async suggestActions(
    history: readonly ActionInput<Shapes>[],
    actions: ActionInput<Shapes> | readonly ActionInput<Shapes>[],
  ): Promise<readonly Suggestion<Shapes>[]> {
    return this.#direct.suggestActions(history, actions) as Promise<readonly Suggestion<Shapes>[]>;
  }

  /**
   * Appends actions to the history without judging them.
   *
   * @throws NudgeloopError `action.invalid` or a `storage.…` code; nothing is changed
   */
  async extendHistory(entries: readonly ActionInput<Shapes>[]): Promise<void> {
    const actions = parseActions(entries, this.#runtime.timestampField);
    if (actions.length === 0) return;
    await this.#store.update((transaction, state, log) => this.#direct.append(transaction, state, log, actions));
  }

  /**
   * Sets the goal for later suggestions.
   *
   * @throws NudgeloopError `goal.invalid` or a `storage.…` code; the goal stays as it was
   */
  async setGoalState(input: GoalInput<Shapes>): Promise<void> {
    const goalState = parseGoalState(input);
    await saveGoal(this.#store, goalState);
  }

  /** Removes history, baselines and analysis; the goal stays. */
  async resetHistory(): Promise<void> {
    await this.#store.update((transaction, state) => resetHistory(transaction, state));
    this.#runtime.log.info('history.reset');
  }

  /**
   * Reads the retained actions, oldest first.
   *
   * @param limit how many, counted from the newest. Defaults to all.
   */
  async history(limit?: number): Promise<Action<Shapes>[]> {
    const read = this.#store.read((transaction, state) => newestActions(transaction, state, limit ?? state.history.count));
    return read as Promise<Action<Shapes>[]>;
  }

  /** For each metric, the value in the oldest retained action that has one. */
  async baselines(): Promise<Record<string, number>> {
    return this.#store.read(async (_transaction, state) => baselinesOf(state, this.#runtime.timestampField));
  }

  /** The analysis of the last suggestion; empty if the history was empty, or if its newest action had none of the goal's metrics. */
  async lastAnalysis(): Promise<Analysis<Shapes>> {
    return this.#store.read(async (_transaction, state) => state.analysis);
  }

  /** The goal; null if none was set. */
  async goalState(): Promise<GoalState<Shapes> | null> {
    return this.#store.read(async (_transaction, state) => state.goalState as GoalState<Shapes> | null);
  }
}

async function saveGoal(store: LoopStore, goalState: GoalState): Promise<void> {
  await store.update(async (_transaction, state) => (changeGoal(state, goalState) ? undefined : UNCHANGED));
}
