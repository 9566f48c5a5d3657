import { NudgeloopError } from '../../errors.ts';

/**
 * Turns what IndexedDB threw into a typed error. Judged by `name`: Firefox's quota error is a plain `DOMException`,
 * Chromium's a class of its own since version 138.
 *
 * @param error a `DOMException`, a `NudgeloopError` (passed through), or null for an abort without reason
 */
export function storageError(error: unknown): NudgeloopError {
  if (error instanceof NudgeloopError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : 'AbortError';
  if (name === 'QuotaExceededError') {
    return new NudgeloopError(
      'storage.quota',
      'The browser refused the write for lack of room; nothing was written. Lower retentionLimit or retentionWindow, or free room.',
      { seen: name },
      { cause: error },
    );
  }
  if (name === 'VersionError') {
    return new NudgeloopError(
      'storage.newer',
      'The database was written by a newer version of Nudgeloop; it was left alone. Reload the page, or update this build.',
      { seen: name },
      { cause: error },
    );
  }
  // What a disk answers that fails in the middle of a commit: the write may be on it all the same. Seen when the power goes.
  const outcome = name === 'UnknownError' ? 'whether it wrote is not known' : 'nothing was written';
  return new NudgeloopError(
    'storage.failed',
    `The database failed with ${name}; ${outcome}. Try again; if it stays so, the browser's storage is broken or blocked.`,
    { seen: name },
    { cause: error },
  );
}
