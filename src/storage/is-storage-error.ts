import { isNudgeloopError, type NudgeloopError } from '../errors.ts';

/** Whether a caught value is what a storage refuses with: a code `storage.…`. */
export function isStorageError(error: unknown): error is NudgeloopError {
  return isNudgeloopError(error) && error.code.startsWith('storage.');
}
