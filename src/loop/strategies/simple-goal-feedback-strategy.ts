import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Suggestion } from '../../model/nudge.ts';
import { steer } from './steer.ts';
import { checkedStrategyOptions, LAYERS } from './strategy-options.ts';
import type { GoalFeedbackStrategy } from './strategy.ts';

/** Options of `SimpleGoalFeedbackStrategy`. */
export interface SimpleGoalFeedbackStrategyOptions {
  /**
   * Metrics that may only grow, such as time: they are never moved back.
   *
   * @default []
   */
  readonly oneDirectionLayers?: readonly string[] | undefined;
}

/**
 * Suggests going half of the way to the goal. After the strategy of the same name in the original loop.
 *
 * @example
 * ```ts
 * import { GoalDrivenFeedbackLoop, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * const loop = new GoalDrivenFeedbackLoop({
 *   strategy: new SimpleGoalFeedbackStrategy({ oneDirectionLayers: ['time'] }),
 *   goalState: { steps: 10_000, time: 0 },
 * });
 * const [suggestion] = await loop.suggestActions([{ steps: 4_000, time: 5 }], [{ steps: 4_500, time: 6 }]);
 * console.log(suggestion?.steps, suggestion?.time); // prints 7000 5
 * ```
 */
export class SimpleGoalFeedbackStrategy implements GoalFeedbackStrategy {
  readonly lookback = 1;
  readonly trusted = true;
  readonly #oneDirectionLayers: ReadonlySet<string>;

  /** @throws NudgeloopError `options.invalid`, also for an unknown option */
  constructor(options: SimpleGoalFeedbackStrategyOptions = {}) {
    this.#oneDirectionLayers = new Set(checkedStrategyOptions(options, { oneDirectionLayers: LAYERS }).oneDirectionLayers);
  }

  suggestActions(history: readonly Action[], actions: readonly Action[], goalState: GoalState): Suggestion[] {
    return steer(0.5, this.#oneDirectionLayers, history, actions, goalState);
  }
}
