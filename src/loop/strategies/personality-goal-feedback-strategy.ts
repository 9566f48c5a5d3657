import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Suggestion } from '../../model/nudge.ts';
import { factorOf, steer } from './steer.ts';
import { checkedStrategyOptions, LAYERS, PERSONALITY } from './strategy-options.ts';
import type { GoalFeedbackStrategy } from './strategy.ts';

/** Options of `PersonalityGoalFeedbackStrategy`. */
export interface PersonalityGoalFeedbackStrategyOptions {
  /**
   * How far it goes toward the goal: `cautious` a quarter of the way, `neutral` half, `aggressive` three quarters. Case does
   * not matter; an unknown name acts as `neutral`.
   *
   * @default 'neutral'
   */
  readonly personality?: string | undefined;
  /**
   * Metrics that may only grow.
   *
   * @default []
   */
  readonly oneDirectionLayers?: readonly string[] | undefined;
}

/**
 * Suggests going as far toward the goal as a personality would. After the strategy of the same name in the original loop.
 *
 * @example
 * ```ts
 * import { GoalDrivenFeedbackLoop, PersonalityGoalFeedbackStrategy } from 'nudgeloop/core';
 *
 * const strategy = new PersonalityGoalFeedbackStrategy({ personality: 'cautious' });
 * const loop = new GoalDrivenFeedbackLoop({ strategy, goalState: { steps: 10_000 } });
 * const [suggestion] = await loop.suggestActions([{ steps: 4_000 }], [{ steps: 4_500 }]);
 * console.log(suggestion?.steps); // prints 5500
 * ```
 */
export class PersonalityGoalFeedbackStrategy implements GoalFeedbackStrategy {
  readonly lookback = 1;
  readonly trusted = true;
  readonly #factor: number;
  readonly #oneDirectionLayers: ReadonlySet<string>;

  /** @throws NudgeloopError `options.invalid`, also for an unknown option */
  constructor(options: PersonalityGoalFeedbackStrategyOptions = {}) {
    const { personality, oneDirectionLayers } = checkedStrategyOptions(options, { personality: PERSONALITY, oneDirectionLayers: LAYERS });
    this.#factor = factorOf(personality);
    this.#oneDirectionLayers = new Set(oneDirectionLayers);
  }

  suggestActions(history: readonly Action[], actions: readonly Action[], goalState: GoalState): Suggestion[] {
    return steer(this.#factor, this.#oneDirectionLayers, history, actions, goalState);
  }
}
