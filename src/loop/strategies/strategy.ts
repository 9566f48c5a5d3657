import { NudgeloopError } from '../../errors.ts';
import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Analysis, Suggestion } from '../../model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';

/** What a strategy gets besides its three arguments. */
export interface StrategyContext<Shapes extends LoopShapes = AnyShapes> {
  /** Now, in epoch milliseconds. Use it instead of the system clock: then a replay gives the same answer. */
  readonly now: number;
  /** How each metric relates to its goal, before the new actions. */
  readonly analysis: Analysis<Shapes>;
  /** For each metric, the value in the oldest retained action that has one. */
  readonly baselines: Readonly<Record<string, number>>;
}

/**
 * Turns actions into suggestions. To write your own, provide an object (or a class) with `suggestActions`.
 *
 * It runs outside any transaction, with copies of the data and a deadline. It should have no side effects: it may run
 * again for the same actions, for instance after a crash. If it throws, rejects, returns something other than
 * suggestions or takes too long, the actions stay pending, and become dead letters after a few attempts.
 *
 * With shapes, `GoalFeedbackStrategy<Shapes>`, actions, goal and suggestions are typed. What was recorded before you
 * changed the shapes is as it was.
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
export interface GoalFeedbackStrategy<Shapes extends LoopShapes = AnyShapes> {
  /**
   * How many of the newest history entries it gets: a number of at least 0.
   *
   * @default 100
   */
  readonly lookback?: number;
  /**
   * Promises that `suggestActions` is quick, synchronous and pure and never throws, so it may run inside the transaction
   * that stores the actions. The built-in strategies set it; leave it out for yours.
   *
   * @default false
   */
  readonly trusted?: boolean;
  /**
   * Returns a better action for each action. An empty list means that there is nothing to say: then there is no nudge.
   *
   * @param history the newest `lookback` retained actions, oldest first
   * @param actions the new actions
   * @param goalState what to steer toward
   * @param context the time and the analysis
   */
  suggestActions(
    history: readonly Action<Shapes>[],
    actions: readonly Action<Shapes>[],
    goalState: GoalState<Shapes>,
    context: StrategyContext<Shapes>,
  ): readonly Suggestion<Shapes>[] | Promise<readonly Suggestion<Shapes>[]>;
}

/** The lookback of a strategy that sets none. */
export const DEFAULT_LOOKBACK = 100;

/** How long an untrusted strategy may take by default, in milliseconds. */
export const DEFAULT_STRATEGY_DEADLINE = 5_000;

/**
 * Checks that an app passed a strategy: types help only where the app is compiled.
 *
 * @throws NudgeloopError `options.invalid`
 */
export function checkedStrategy(given: unknown): GoalFeedbackStrategy {
  const { suggestActions, lookback = 0 } = (given ?? {}) as { readonly suggestActions?: unknown; readonly lookback?: unknown };
  // NaN is not at least 0 either.
  if (typeof suggestActions === 'function' && typeof lookback === 'number' && lookback >= 0) return given as GoalFeedbackStrategy;
  const text = 'The strategy is invalid: pass an object with suggestActions; its lookback, if set, must be a number of at least 0.';
  throw new NudgeloopError('options.invalid', text, { option: 'strategy' });
}
