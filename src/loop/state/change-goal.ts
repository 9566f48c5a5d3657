import type { GoalState } from '../../model/goal.ts';
import { isSameData } from '../../model/same-data.ts';
import { GOAL_TRY, type LoopState } from './loop-state.ts';

/**
 * Replaces the goal, unless the new one equals it.
 *
 * @returns whether it was replaced
 */
export function changeGoal(state: LoopState, goalState: GoalState | null): boolean {
  if (isSameData(state.goalState, goalState)) return false;
  state.goalState = goalState;
  state.goalVersion += 1;
  // Failures with the previous goal say nothing about this one.
  delete state.tries[GOAL_TRY];
  state.backoff = null;
  return true;
}
