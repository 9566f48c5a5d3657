import { isNudgeloopError, type NudgeloopError } from '../errors.ts';

/** Whether a caught value is a refusal by a storage, with a `storage.…` code. */
export function isStorageError(error: unknown): error is NudgeloopError {
  return isNudgeloopError(error) && error.code.startsWith('storage.');
}
