import type { Action } from '../../model/action.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Suggestion } from '../../model/nudge.ts';
import { metricOf, numericGoals } from '../../model/numeric.ts';

/**
 * Moves each action's goal metrics a part of the way from where the history stands toward the goal. A metric that the
 * newest action does not have counts as 0.
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
  const targets = numericGoals(goalState).map(([metric, goal]): [string, number] => {
    const current = metricOf(newest?.[metric]) ?? 0;
    const target = current + (goal - current) * factor;
    return [metric, oneDirectionLayers.has(metric) ? Math.max(target, current) : target];
  });
  return actions.map((action) => Object.assign({ ...action }, Object.fromEntries(targets)) as Suggestion);
}
