import { NudgeloopError } from '../errors.ts';
import type { Action } from './action-schema.ts';
import { copyPlainRecord, isList, isPlainRecord, type PlainDataLimits, type PlainObject } from './plain-data.ts';

export type { Action } from './action-schema.ts';

/**
 * An action as an app may hand it over: like `Action`, but a `Date` may stand as timestamp. It may be of an interface of the app's own. An
 * instance of a class is refused when it is recorded, with `action.invalid`: hand over `{ ...instance }`.
 */
export type ActionInput = Readonly<Record<string, unknown>> | PlainObject;

/** What one action may cost: 8 levels, 1,000 values, 32,768 characters. */
export const ACTION_LIMITS: PlainDataLimits = { depth: 8, nodes: 1_000, characters: 32_768 };

/** Room for the timestamp that is attached to an action of exactly the allowed size on its way. */
export const STAMPED_LIMITS: PlainDataLimits = { ...ACTION_LIMITS, nodes: ACTION_LIMITS.nodes + 1, characters: ACTION_LIMITS.characters + 200 };

/** What an action that was taken may have become on its way, with its timestamp, and in a strategy with each metric of a goal. */
export const GROWN_LIMITS: PlainDataLimits = { ...ACTION_LIMITS, nodes: 2 * ACTION_LIMITS.nodes, characters: 2 * ACTION_LIMITS.characters };

/** How many actions one call may carry. */
export const MAX_ACTIONS_PER_CALL = 10_000;

/** How many values, and characters of keys and strings, one call may carry together: 8 million. */
export const MAX_SIZE_PER_CALL = 8_000_000;

/**
 * Checks and copies one action.
 *
 * @param input what the app passed
 * @param timestampField the field that holds the time
 * @param index the action's place in its list, for the error
 * @returns a copy that shares nothing with the input but what stands under symbols, a `Date` turned into an ISO string
 * @throws NudgeloopError `action.invalid` with `path`, `problem` and `index`
 */
export function parseAction(input: unknown, timestampField = 'timestamp', index = 0): Action {
  return readAction(input, timestampField, index).action;
}

/**
 * `parseAction`, which also says what the action took of a budget.
 *
 * @returns `size` is its values, and the characters of its keys and strings, together
 */
export function readAction(input: unknown, timestampField: string, index: number): ReadAction {
  const read = copyAction(input, timestampField, index);
  const stamp = read.action[timestampField];
  if (stamp !== undefined && !isTimestamp(stamp)) {
    throw invalidAction(index, timestampField, 'not an ISO 8601 string, a Date or epoch milliseconds');
  }
  return read;
}

/** An action, and what it took of a budget. */
export interface ReadAction {
  readonly action: Action;
  readonly size: number;
}

/**
 * `readAction` for what was stored before: the field that holds the time may have been another one then, and this one may say whatever
 * the app meant by it.
 *
 * @param unstamped what it may cost without a timestamp
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
    // An invalid date, or one in name only; a getter or a proxy that throws.
    throw invalidAction(index, timestampField, 'invalid date');
  }
  const result = copyPlainRecord(stamped, isStamped ? STAMPED_LIMITS : unstamped);
  if ('problem' in result) throw invalidAction(index, result.problem.path, result.problem.problem);
  return { action: result.data as Action, size: result.size };
}

/**
 * Checks and copies what `record` was given: one action or a list of them.
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
      `A call carries ${list.length} actions; at most ${MAX_ACTIONS_PER_CALL} are taken at once. Split the list.`,
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

/** A date and time of day, as ECMAScript and ISO 8601 write it; a time without zone is taken as UTC, as in the original loop. */
const ISO_8601 = /^([+-]?\d{4,6}-\d{2}-(\d{2}))(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * What `Date.prototype.toISOString` writes (ECMA-262, "Date Time String Format"), with a day and a time that exist; only of the 29th of
 * February it does not know. Most timestamps are such, and need no other look.
 */
const CERTAIN_INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether `timestampOf` can read a value. For most this pattern tells, in a fifth of the time that reading takes. */
function isTimestamp(value: unknown): boolean {
  return (typeof value === 'string' && CERTAIN_INSTANT.test(value)) || timestampOf(value) !== undefined;
}

/**
 * Reads a timestamp.
 *
 * @param value an ISO 8601 string or epoch milliseconds
 * @returns epoch milliseconds, or undefined when it is neither
 */
export function timestampOf(value: unknown): number | undefined {
  // 8.64e15 ms is the last instant that a Date can hold (ECMA-262, "Time Values and Time Range").
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const instant = Date.parse(CERTAIN_INSTANT.test(value) ? value : plainForm(value));
  return Number.isNaN(instant) ? undefined : instant;
}

/** The form that every engine reads alike; empty for what is no date. */
function plainForm(value: string): string {
  const [text, date, day, zone] = ISO_8601.exec(value.trim()) ?? [];
  // To some engines the 31st of February is the 3rd of March, to others it is no day.
  if (text === undefined || new Date(date!).getUTCDate() !== Number(day)) return '';
  const zoned = zone !== undefined || text === date ? text : `${text}Z`;
  return zoned.replace(',', '.').replace(' ', 'T');
}

function invalidAction(index: number, path: string, problem: string): NudgeloopError {
  const where = path === '' ? `Action ${index}` : `Action ${index}, at "${path}",`;
  return new NudgeloopError(
    'action.invalid',
    `${where} is refused: ${problem}. Pass a record of JSON values, such as { steps: 4200 }.`,
    { index, path, problem },
  );
}
