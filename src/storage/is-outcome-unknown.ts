import { isNudgeloopError } from '../errors.ts';

/** The name of what a disk answers that fails in the middle of a commit. Seen when the power goes. */
export const UNKNOWN_OUTCOME = 'UnknownError';

/**
 * Whether a write may have happened though it was refused: after every other error nothing was written.
 *
 * @param error what a storage rejected with
 */
export function isOutcomeUnknown(error: unknown): boolean {
  return isNudgeloopError(error) && error.details?.['seen'] === UNKNOWN_OUTCOME;
}
