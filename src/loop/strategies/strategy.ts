import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Analysis, Suggestion } from '../../model/nudge.ts';

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
 * import { GoalDrivenFeedbackLoop, type GoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * // The mean of the last week, and a tenth more.
 * const tenthMore: GoalFeedbackStrategy = {
 *   lookback: 7,
 *   suggestActions(history, actions, goal) {
 *     const days = [...history, ...actions].map(({ steps }) => Number(steps ?? 0));
 *     const mean = days.reduce((sum, steps) => sum + steps, 0) / days.length;
 *     const steps = Math.min(Math.round(mean * 1.1), Number(goal.steps));
 *     return actions.map((action) => ({ ...action, steps }));
 *   },
 * };
 *
 * const loop = new GoalDrivenFeedbackLoop({ strategy: tenthMore, goalState: { steps: 10_000 } });
 * const [suggestion] = await loop.suggestActions([{ steps: 4_000 }], [{ steps: 5_000 }]);
 * console.log(suggestion?.steps); // prints 4950
 * ```
 */
export interface GoalFeedbackStrategy {
  /**
   * How many of the newest history entries it wants to see: a number of at least 0.
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
   * Suggests, for each action, a better one. An empty list says that there is nothing to say: then there is no nudge.
   *
   * @param history the newest `lookback` retained actions, oldest first
   * @param actions new actions
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

/** How long an untrusted strategy may take, if nothing else is said: milliseconds. */
export const DEFAULT_STRATEGY_DEADLINE = 5_000;

/**
 * Makes sure that an app handed over a strategy: a type says so only where the app is compiled.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkedStrategy(given: unknown): GoalFeedbackStrategy {
  const { suggestActions, lookback = 0 } = (given ?? {}) as { readonly suggestActions?: unknown; readonly lookback?: unknown };
  // NaN is not at least 0 either.
  if (typeof suggestActions === 'function' && typeof lookback === 'number' && lookback >= 0) return given as GoalFeedbackStrategy;
  const text = 'The strategy is refused. Pass an object with suggestActions, whose lookback, if it has one, is a number of at least 0.';
  throw new NudgeloopError('options.invalid', text, { option: 'strategy' });
}
