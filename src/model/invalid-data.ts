import { NudgeloopError, type ErrorDetails, type NudgeloopErrorCode } from '../errors.ts';
import type { PlainDataProblem } from './plain-data.ts';

/**
 * The refusal of data that an app passed: it says where the problem is, and what to pass instead.
 *
 * @param code whose data it is
 * @param what the data, for the text: `The goal state`
 * @param at the problem and its place
 * @param advice what to do: `Pass …`
 * @param more what else the details say
 */
export function invalidData(
  code: NudgeloopErrorCode,
  what: string,
  { path, problem }: PlainDataProblem,
  advice: string,
  more?: ErrorDetails,
): NudgeloopError {
  const where = path === '' ? '' : ` at "${path}"`;
  return new NudgeloopError(code, `${what} is invalid${where}: ${problem}. ${advice}`, { ...more, path, problem });
}
