import { useSyncExternalStore } from 'react';
import type { GoalState } from '../model/goal.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import type { LoopClient } from '../page/client-types.ts';
import { goalStoreOf } from '../store/goal-store-of.ts';
import { useLoop } from './use-loop.ts';

/**
 * Returns a loop's stored goal and the function that sets another: `[goalState, setGoalState]`. The goal is null until it
 * is known, and if there is none. It also follows changes from other tabs.
 *
 * Setting the goal is a durable write after which the latest action is judged again. It rejects if the goal is invalid.
 * So keep what a user types in a state of your own, and set the goal once they are done.
 *
 * @typeParam Shapes what the loop's actions and goal look like, as for `createNudgeloop`. Any record by default.
 * @param name the loop's name @default the client's own loop
 * @throws NudgeloopError `options.invalid` if there is no `NudgeloopProvider` above
 *
 * @example
 * ```tsx
 * import { useGoal } from 'nudgeloop/react';
 *
 * export function Goal() {
 *   const [goal, setGoal] = useGoal();
 *   return <button onClick={() => setGoal({ steps: 12_000 })}>{goal ? `${goal.steps} steps` : 'No goal yet'}</button>;
 * }
 * ```
 */
export function useGoal<Shapes extends LoopShapes = AnyShapes>(
  name?: string,
): readonly [goalState: GoalState<Shapes> | null, setGoalState: LoopClient<Shapes>['setGoalState']] {
  const { loop, initial } = useLoop<Shapes>(name);
  const { subscribe, getSnapshot } = goalStoreOf(loop);
  return [useSyncExternalStore(subscribe, getSnapshot, () => initial.goalState), loop.setGoalState];
}
