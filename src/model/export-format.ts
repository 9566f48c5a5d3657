/** The format's name, so that a file says what it is. */
export const EXPORT_FORMAT = 'nudgeloop-export';

/** The newest export version that this code reads and the one that it writes. */
export const EXPORT_VERSION = 1;

/**
 * Levels that an import may have: those of an action in a call in a list, with room for what later versions add. A message
 * that is much deeper is sent, and arrives nowhere, since browsers clone more levels than they read.
 */
export const IMPORT_DEPTH = 24;

/** Values, and characters of keys and strings, that one import may hold together, unless the loop may take more: a million actions of common size. */
export const MAX_IMPORTED_SIZE = 50_000_000;
