import { invalidData } from './invalid-data.ts';
import { copyPlainRecord, type JsonValue, type PlainDataLimits, type PlainObject } from './plain-data.ts';
import type { AnyShapes, IfAny, Kept, LoopShapes } from './shapes.ts';

/**
 * The state to reach, metric by metric: `{ steps: 10_000, activeMinutes: 30 }`. Only numbers from -1e300 to 1e300
 * are steered toward; other fields are carried along with every nudge.
 *
 * Without shapes, a record of JSON values. With shapes, the declared goal. One that was set before you changed the shapes
 * is as it was.
 */
export type GoalState<Shapes extends LoopShapes = AnyShapes> = IfAny<Shapes['goal'], Record<string, JsonValue>, Kept<Shapes['goal']>>;

/**
 * A goal as an app passes it: a record of targets, such as `{ steps: 10_000 }`. The type may be an interface of your own.
 * With shapes, the declared goal.
 */
export type GoalInput<Shapes extends LoopShapes = AnyShapes> = IfAny<
  Shapes['goal'],
  Readonly<Record<string, unknown>> | PlainObject,
  Readonly<Shapes['goal']>
>;

/** The limits of a goal: 8 levels, 500 values, 16,384 characters. */
export const GOAL_LIMITS: PlainDataLimits = { depth: 8, nodes: 500, characters: 16_384 };

/**
 * Checks and copies a goal state.
 *
 * @param input what the app passed
 * @throws NudgeloopError `goal.invalid` with `path` and `problem`
 */
export function parseGoalState(input: unknown): GoalState {
  const copy = copyPlainRecord(input, GOAL_LIMITS);
  if ('data' in copy) return copy.data;
  throw invalidData('goal.invalid', 'The goal state', copy.problem, 'Pass a record of targets, such as { steps: 10000 }.');
}
