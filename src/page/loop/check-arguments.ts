import { NudgeloopError } from '../../errors.ts';
import { IMPORT_DEPTH, MAX_IMPORTED_SIZE } from '../../model/export-format.ts';
import { invalidData } from '../../model/invalid-data.ts';
import { copyPlainData, copyPlainRecord, TOO_DEEP } from '../../model/plain-data.ts';

/**
 * Copies a small record that an app passed to a method.
 *
 * @throws NudgeloopError `message.invalid`
 */
export function plain<T extends object>(call: string, given: T): T {
  const copy = copyPlainRecord(given, { depth: 1, nodes: 16, characters: 1_000 });
  if ('data' in copy) return copy.data as unknown as T;
  throw notPlain(call, 'a record of plain values');
}

/** The error of a method that was called with something else than `wanted`. */
export function notPlain(call: string, wanted: string): NudgeloopError {
  return new NudgeloopError('message.invalid', `${call} takes ${wanted}.`, { call });
}

/**
 * Copies what an app imports, since a copy can be sent even if a framework wrapped the data. What is not plain data is
 * sent as it is, and judged where it is read.
 *
 * @throws NudgeloopError `message.invalid` if it is so deep that it would be sent, but never arrive
 */
export function importable(data: unknown): unknown {
  const copy = copyPlainData(data, { depth: IMPORT_DEPTH, nodes: MAX_IMPORTED_SIZE, characters: Infinity });
  if ('data' in copy) return copy.data;
  if (copy.problem.problem !== TOO_DEEP) return data;
  throw invalidData('message.invalid', 'The import', copy.problem, 'Pass what export() returned, parsed from JSON; nothing was changed.');
}
