import { NudgeloopError } from '../errors.ts';
import { invalidData } from './invalid-data.ts';
import { copyPlainRecord, isList, isPlainRecord, type JsonValue, type PlainDataLimits, type PlainObject } from './plain-data.ts';
import type { AnyShapes, IfAny, Kept, LoopShapes, Timed } from './shapes.ts';

/**
 * What a user did, as a record of metrics and context: `{ steps: 4200, mood: 'fine' }`. Numbers, and strings that hold
 * numbers, are metrics; everything else is context and is carried along. A `timestamp` (ISO 8601 string or epoch
 * milliseconds; when recording also a `Date`) is added if there is none.
 *
 * Without shapes, a record of JSON values. With shapes, the declared action as it is read back: a `Date` is text, and
 * nothing is `undefined`. What was recorded before you changed the shapes is as it was.
 */
export type Action<Shapes extends LoopShapes = AnyShapes> = IfAny<
  Shapes['action'],
  Record<string, JsonValue>,
  Timed<Kept<Shapes['action']>, string | number>
>;

/**
 * An action as an app passes it: like `Action`, but the timestamp may be a `Date`, and the type may be an interface of
 * your own. A class instance is refused with `action.invalid`: pass `{ ...instance }`. With shapes, the declared action.
 */
export type ActionInput<Shapes extends LoopShapes = AnyShapes> = IfAny<
  Shapes['action'],
  Readonly<Record<string, unknown>> | PlainObject,
  Timed<Readonly<Shapes['action']>, string | number | Date>
>;

/** The limits of one action: 8 levels, 1,000 values, 32,768 characters. */
export const ACTION_LIMITS: PlainDataLimits = { depth: 8, nodes: 1_000, characters: 32_768 };

/** The same with room for a timestamp, which is attached later to an action of exactly the allowed size. */
export const STAMPED_LIMITS: PlainDataLimits = { ...ACTION_LIMITS, nodes: ACTION_LIMITS.nodes + 1, characters: ACTION_LIMITS.characters + 200 };

/** What an accepted action may grow to: with its timestamp, and in a strategy with each metric of a goal. */
export const GROWN_LIMITS: PlainDataLimits = { ...ACTION_LIMITS, nodes: 2 * ACTION_LIMITS.nodes, characters: 2 * ACTION_LIMITS.characters };

/** How many actions one call may carry. */
export const MAX_ACTIONS_PER_CALL = 10_000;

/** How many values, and characters of keys and strings, one call may carry in total. */
export const MAX_SIZE_PER_CALL = 8_000_000;

/** An action, and how much of a budget it took: the number of values plus the characters of keys and strings. */
export interface ReadAction {
  readonly action: Action;
  readonly size: number;
}

/** Reads one action of a list. */
export type ReadOne = (input: unknown, timestampField: string, index: number) => ReadAction;

/**
 * Copies an action as plain data. Its timestamp may be anything: the host that stores the action judges it, and in storage
 * another field may have held the time.
 *
 * @param input what the app passed, or what was stored
 * @param timestampField the field that holds the time; a `Date` there becomes an ISO string
 * @param index the action's place in its list, for the error
 * @param unstamped its limits without a timestamp
 * @returns a copy, which shares nothing with the input except values under symbols
 * @throws NudgeloopError `action.invalid` with `path`, `problem` and `index`
 */
export function copyAction(input: unknown, timestampField: string, index: number, unstamped = ACTION_LIMITS): ReadAction {
  let stamped = input;
  let timestamp: unknown;
  try {
    timestamp = (input as Readonly<Record<string, unknown>> | undefined)?.[timestampField];
    // An instance of a class stays one, to be refused.
    if (timestamp instanceof Date && isPlainRecord(input)) stamped = { ...input, [timestampField]: timestamp.toISOString() };
  } catch {
    // An invalid date, an object that only looks like one, or a getter or proxy that throws.
    throw invalidAction(index, timestampField, 'invalid date');
  }
  const result = copyPlainRecord(stamped, timestamp === undefined ? unstamped : STAMPED_LIMITS);
  if ('problem' in result) throw invalidAction(index, result.problem.path, result.problem.problem);
  return { action: result.data, size: result.size };
}

/**
 * Copies what `record` was given: one action or a list.
 *
 * @param input an action or a list of actions
 * @param timestampField the field that holds the time
 * @param read copies each action, and may check more of it
 * @throws NudgeloopError `action.invalid`; nothing of the list is taken
 */
export function copyActions(input: unknown, timestampField = 'timestamp', read: ReadOne = copyAction): Action[] {
  const list: readonly unknown[] = isList(input) ? input : [input];
  if (list.length > MAX_ACTIONS_PER_CALL) {
    throw new NudgeloopError(
      'action.invalid',
      `The call has ${list.length} actions; at most ${MAX_ACTIONS_PER_CALL} are taken at once. Split the list.`,
      { seen: list.length, limit: MAX_ACTIONS_PER_CALL },
    );
  }
  const actions: Action[] = [];
  let size = 0;
  for (let index = 0; index < list.length; index += 1) {
    const { action, size: spent } = read(list[index], timestampField, index);
    actions.push(action);
    size += spent;
    if (size > MAX_SIZE_PER_CALL) throw invalidAction(index, '', 'the call is too large; split the list');
  }
  return actions;
}

/** The error that says what is wrong with an action of a list. */
export function invalidAction(index: number, path: string, problem: string): NudgeloopError {
  return invalidData('action.invalid', `Action ${index}`, { path, problem }, 'Pass a record of JSON values, such as { steps: 4200 }.', { index });
}
