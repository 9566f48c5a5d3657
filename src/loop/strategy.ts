import type { Action } from '../model/action.ts';
import type { GoalState } from '../model/goal.ts';
import type { Analysis, Suggestion } from '../model/nudge.ts';

/** What a strategy may know beside its three arguments. */
export interface StrategyContext {
  /** Now, in epoch milliseconds. Use it instead of the wall clock, and a replay gives the same answer. */
  readonly now: number;
  /** How each metric stands to its goal, before the actions. */
  readonly analysis: Analysis;
  /** Per metric, the value in the oldest retained action. */
  readonly baselines: Readonly<Record<string, number>>;
}

/**
 * Turns actions into suggestions. Write your own by giving an object (or a class) with `suggestActions`.
 *
 * It runs outside any transaction, with copies of the data and a deadline; it may be run again for the same actions,
 * after a crash for instance, so it should have no effects of its own. If it throws, rejects, returns junk or takes too
 * long, the actions stay pending, and become dead letters after a few tries.
 *
 * @example
 * ```ts
 * const halfway: GoalFeedbackStrategy = {
 *   lookback: 7,
 *   suggestActions: (history, actions, goal) =>
 *     actions.map((action) => ({ ...action, steps: (Number(goal.steps) + Number(history.at(-1)?.steps ?? 0)) / 2 })),
 * };
 * ```
 */
export interface GoalFeedbackStrategy {
  /**
   * How many of the newest history entries it wants to see.
   *
   * @default 100
   */
  readonly lookback?: number;
  /**
   * Promises that `suggestActions` is quick, synchronous, pure, and never throws, so that it may run inside the
   * transaction that stores the actions. The built-in ones do; leave it out for yours.
   *
   * @default false
   */
  readonly trusted?: boolean;
  /**
   * @param history the newest `lookback` retained actions, oldest first
   * @param actions new actions; give one suggestion for each
   * @param goalState what to steer toward
   * @param context the time and the analysis
   */
  suggestActions(
    history: readonly Action[],
    actions: readonly Action[],
    goalState: GoalState,
    context: StrategyContext,
  ): readonly Suggestion[] | Promise<readonly Suggestion[]>;
}

/** The lookback of a strategy that names none. */
export const DEFAULT_LOOKBACK = 100;
