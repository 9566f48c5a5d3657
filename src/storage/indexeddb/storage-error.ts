import { nameOf, NudgeloopError, type NudgeloopErrorCode } from '../../errors.ts';
import { UNKNOWN_OUTCOME } from '../is-outcome-unknown.ts';

/**
 * Turns an error of IndexedDB into a typed one, by its `name`: Firefox's quota error is a plain `DOMException`,
 * Chromium's has a class of its own since version 138.
 *
 * @param error a `DOMException`, a `NudgeloopError` (passed through), or null for an abort without a reason
 */
export function storageError(error: unknown): NudgeloopError {
  if (error instanceof NudgeloopError) return error;
  const seen = error instanceof Error || error instanceof DOMException ? nameOf(error) : 'AbortError';
  const typed = (code: NudgeloopErrorCode, text: string): NudgeloopError => new NudgeloopError(code, text, { seen }, { cause: error });
  if (seen === 'QuotaExceededError') {
    return typed('storage.quota', 'There was no room for the write; nothing was written. Lower retentionLimit or retentionWindow, or free space.');
  }
  if (seen === 'VersionError') {
    return typed('storage.newer', 'A newer version of Nudgeloop wrote the database; it was left alone. Reload the page, or update this build.');
  }
  // One of our stores is missing.
  if (seen === 'NotFoundError') {
    return typed('storage.failed', "Nudgeloop did not create this database; it was left alone. Choose another name (`database`), or delete it.");
  }
  const outcome = seen === UNKNOWN_OUTCOME ? 'whether it wrote is unknown' : 'nothing was written';
  return typed('storage.failed', `The database failed with ${seen}; ${outcome}. Try again. If it keeps failing, the browser's storage is broken or blocked.`);
}
