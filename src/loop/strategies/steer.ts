import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Suggestion } from '../../model/nudge.ts';
import { metricOf, numericGoals } from '../../model/numeric.ts';
import type { GoalFeedbackStrategy } from './strategy.ts';

/**
 * A built-in strategy for hosts. It does what `SimpleGoalFeedbackStrategy` and `PersonalityGoalFeedbackStrategy` do,
 * without their checks of options: a host's schemas have made them already, and every worker would carry the bytes.
 */
export function createSteering(factor: number, oneDirectionLayers: Iterable<string> | undefined): GoalFeedbackStrategy {
  const layers = new Set(oneDirectionLayers);
  return { lookback: 1, trusted: true, suggestActions: (history, actions, goalState) => steer(factor, layers, history, actions, goalState) };
}

/** The share of the gap that each personality goes. */
const FACTORS: Readonly<Record<string, number>> = { cautious: 0.25, neutral: 0.5, aggressive: 0.75 };

/** The share of the gap that a personality goes. An unknown one counts as `neutral`. */
export function factorOf(personality = 'neutral'): number {
  const name = personality.toLowerCase();
  return Object.hasOwn(FACTORS, name) ? FACTORS[name]! : 0.5;
}

/**
 * Moves each action's goal metrics part of the way from the newest action of the history toward the goal. A metric that
 * this action lacks counts as 0.
 *
 * @param factor the share of the gap, from 0 to 1
 * @param oneDirectionLayers metrics that may only grow
 */
export function steer(
  factor: number,
  oneDirectionLayers: ReadonlySet<string>,
  history: readonly Action[],
  actions: readonly Action[],
  goalState: GoalState,
): Suggestion[] {
  const newest = history.at(-1);
  const targets = Object.fromEntries(
    numericGoals(goalState).map(([metric, goal]) => {
      const current = metricOf(newest?.[metric]) ?? 0;
      const target = current + (goal - current) * factor;
      return [metric, oneDirectionLayers.has(metric) ? Math.max(target, current) : target];
    }),
  );
  // Not a spread of both: V8 takes 10 to 100 times as long for that.
  return actions.map((action) => Object.assign({}, action, targets) as Suggestion);
}
