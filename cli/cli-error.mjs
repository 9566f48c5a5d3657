/** Exit code of a command that failed, or of a check that found something. */
export const FAILED = 1;

/** Exit code of a command line with wrong usage. */
export const MISUSED = 2;

/** An error that is printed as its message alone, without a stack: what is wrong, and what to do. */
export class CliError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = FAILED) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * What the system reported, in words.
 *
 * @param {unknown} error
 */
export function wordsOf(error) {
  const { code = '' } = /** @type {{ code?: string }} */ (error);
  /** @type {Record<string, string>} */
  const words = {
    EACCES: 'permission is missing',
    EPERM: 'the system does not allow it',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'there is a folder with that name',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'there is a file with that name',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
