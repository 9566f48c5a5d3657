import { NudgeloopError } from '../errors.ts';
import type { GoalState } from './goal-schema.ts';
import { copyPlainData, isPlainRecord, type PlainDataLimits, type PlainObject } from './plain-data.ts';

export type { GoalState } from './goal-schema.ts';

/** A goal as an app passes it: a record of targets, such as `{ steps: 10_000 }`. The type may be an interface of your own. */
export type GoalInput = Readonly<Record<string, unknown>> | PlainObject;

/** The limits of a goal: 8 levels, 500 values, 16,384 characters. */
export const GOAL_LIMITS: PlainDataLimits = { depth: 8, nodes: 500, characters: 16_384 };

/**
 * Checks and copies a goal state.
 *
 * @param input what the app passed
 * @throws NudgeloopError `goal.invalid` with `path` and `problem`
 */
export function parseGoalState(input: unknown): GoalState {
  if (!isPlainRecord(input)) throw invalidGoal('', 'not a record');
  const result = copyPlainData(input, GOAL_LIMITS);
  if ('problem' in result) throw invalidGoal(result.problem.path, result.problem.problem);
  return result.data as GoalState;
}

function invalidGoal(path: string, problem: string): NudgeloopError {
  const where = path === '' ? '' : ` at "${path}"`;
  return new NudgeloopError(
    'goal.invalid',
    `The goal state is invalid${where}: ${problem}. Pass a record of targets, such as { steps: 10000 }.`,
    { path, problem },
  );
}
