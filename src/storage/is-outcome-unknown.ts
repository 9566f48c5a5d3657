import { isNudgeloopError } from '../errors.ts';

/** The error's name if a disk fails in the middle of a commit, seen when the power is cut. */
export const UNKNOWN_OUTCOME = 'UnknownError';

/**
 * Whether a write that was refused may have happened nevertheless. After every other error, nothing was written.
 *
 * @param error what a storage rejected with
 */
export function isOutcomeUnknown(error: unknown): boolean {
  return isNudgeloopError(error) && error.details?.['seen'] === UNKNOWN_OUTCOME;
}
