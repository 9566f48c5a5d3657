import { NudgeloopError } from '../errors.ts';
import type { GoalState } from './goal-schema.ts';
import { copyPlainData, isPlainRecord, type JsonValue, type PlainDataLimits } from './plain-data.ts';

export type { GoalState } from './goal-schema.ts';

/** What a goal may cost: 8 levels, 500 values, 16,384 characters. */
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

/**
 * Tells whether two goals are the same, whatever the order of their keys. An equal goal starts no new judgement.
 *
 * @param a one goal, or any part of it
 * @param b the other
 */
export function sameGoal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, JsonValue>>;
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && sameGoal(value, right[key]))
  );
}

function invalidGoal(path: string, problem: string): NudgeloopError {
  const where = path === '' ? 'The goal state' : `The goal state, at "${path}",`;
  return new NudgeloopError(
    'goal.invalid',
    `${where} is refused: ${problem}. Pass a record of targets, such as { steps: 10000 }.`,
    { path, problem },
  );
}
