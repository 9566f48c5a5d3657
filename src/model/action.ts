import { NudgeloopError } from '../errors.ts';
import type { AnyAction } from './action-schema.ts';
import { copyPlainRecord, isList, isPlainRecord, type PlainDataLimits, type PlainObject } from './plain-data.ts';
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
  AnyAction,
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

/**
 * Checks and copies one action.
 *
 * @param input what the app passed
 * @param timestampField the field that holds the time
 * @param index the action's place in its list, for the error
 * @returns a copy with a `Date` turned into an ISO string. It shares nothing with the input except values under symbols
 * @throws NudgeloopError `action.invalid` with `path`, `problem` and `index`
 */
export function parseAction(input: unknown, timestampField = 'timestamp', index = 0): Action {
  return readAction(input, timestampField, index).action;
}

/**
 * `parseAction`, which also tells how much of a budget the action took.
 *
 * @returns `size`: the number of values plus the characters of keys and strings
 */
export function readAction(input: unknown, timestampField: string, index: number): ReadAction {
  const read = copyAction(input, timestampField, index);
  const stamp = read.action[timestampField];
  if (stamp !== undefined && !isTimestamp(stamp)) {
    throw invalidAction(index, timestampField, 'not an ISO 8601 string, a Date or epoch milliseconds');
  }
  return read;
}

/** An action, and how much of a budget it took. */
export interface ReadAction {
  readonly action: Action;
  readonly size: number;
}

/**
 * `readAction` for an action from storage. Another field may have held the time when it was stored, so this field may
 * hold anything.
 *
 * @param unstamped its limits without a timestamp
 * @throws NudgeloopError `action.invalid`
 */
export function copyAction(input: unknown, timestampField: string, index: number, unstamped = ACTION_LIMITS): ReadAction {
  if (!isPlainRecord(input)) throw invalidAction(index, '', 'not a record');
  let stamped = input;
  let isStamped = true;
  try {
    const timestamp = input[timestampField];
    isStamped = timestamp !== undefined;
    if (timestamp instanceof Date) stamped = { ...input, [timestampField]: timestamp.toISOString() };
  } catch {
    // An invalid date, an object that only looks like one, or a getter or proxy that throws.
    throw invalidAction(index, timestampField, 'invalid date');
  }
  const result = copyPlainRecord(stamped, isStamped ? STAMPED_LIMITS : unstamped);
  if ('problem' in result) throw invalidAction(index, result.problem.path, result.problem.problem);
  return { action: result.data as Action, size: result.size };
}

/**
 * Checks and copies what `record` was given: one action or a list.
 *
 * @param input an action or a list of actions
 * @param timestampField the field that holds the time
 * @throws NudgeloopError `action.invalid`; nothing of the list is taken
 */
export function parseActions(input: unknown, timestampField = 'timestamp'): Action[] {
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
    const read = readAction(list[index], timestampField, index);
    actions.push(read.action);
    size += read.size;
    if (size > MAX_SIZE_PER_CALL) throw invalidAction(index, '', 'the call is too large; split the list');
  }
  return actions;
}

/** A date and time of day, as ECMAScript and ISO 8601 write it. As in the original loop, a time without zone is UTC. */
const ISO_8601 = /^([+-]?\d{4,6}-\d{2}-(\d{2}))(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * What `Date.prototype.toISOString` writes (ECMA-262, "Date Time String Format"), with a day and a time that surely exist:
 * February 29 is left out. Most timestamps match and need no other check.
 */
const CERTAIN_INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether `timestampOf` can read a value. For most, the pattern answers in a fifth of the time. */
function isTimestamp(value: unknown): boolean {
  return (typeof value === 'string' && CERTAIN_INSTANT.test(value)) || timestampOf(value) !== undefined;
}

/**
 * Reads a timestamp.
 *
 * @param value an ISO 8601 string or epoch milliseconds
 * @returns epoch milliseconds; undefined if it is neither
 */
export function timestampOf(value: unknown): number | undefined {
  // 8.64e15 ms is the last instant that a Date can hold (ECMA-262, "Time Values and Time Range").
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const instant = Date.parse(CERTAIN_INSTANT.test(value) ? value : plainForm(value));
  return Number.isNaN(instant) ? undefined : instant;
}

/** The form that every engine reads alike; empty if the value is not a date. */
function plainForm(value: string): string {
  const [text, date, day, zone] = ISO_8601.exec(value.trim()) ?? [];
  // Some engines read February 31 as March 3, others as no date.
  if (text === undefined || new Date(date!).getUTCDate() !== Number(day)) return '';
  const zoned = zone !== undefined || text === date ? text : `${text}Z`;
  return zoned.replace(',', '.').replace(' ', 'T');
}

function invalidAction(index: number, path: string, problem: string): NudgeloopError {
  const where = path === '' ? '' : ` at "${path}"`;
  return new NudgeloopError(
    'action.invalid',
    `Action ${index} is invalid${where}: ${problem}. Pass a record of JSON values, such as { steps: 4200 }.`,
    { index, path, problem },
  );
}
