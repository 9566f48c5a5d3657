import { copyAction, copyActions, invalidAction, type Action, type ReadAction } from './action.ts';
import { isTimestamp } from './timestamp.ts';

/**
 * Checks and copies what a host is to store: one action or a list.
 *
 * @param input an action or a list of actions
 * @param timestampField the field that holds the time
 * @throws NudgeloopError `action.invalid`; nothing of the list is taken
 */
export function parseActions(input: unknown, timestampField = 'timestamp'): Action[] {
  return copyActions(input, timestampField, readAction);
}

/**
 * Checks and copies one action.
 *
 * @param input what the app passed
 * @param timestampField the field that holds the time
 * @param index the action's place in its list, for the error
 * @throws NudgeloopError `action.invalid` with `path`, `problem` and `index`
 */
export function readAction(input: unknown, timestampField = 'timestamp', index = 0): ReadAction {
  const read = copyAction(input, timestampField, index);
  const stamp = read.action[timestampField];
  if (stamp !== undefined && !isTimestamp(stamp)) {
    throw invalidAction(index, timestampField, 'not an ISO 8601 string, a Date or epoch milliseconds');
  }
  return read;
}
