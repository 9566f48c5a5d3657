/** The format's name, by which a file is recognized. */
export const EXPORT_FORMAT = 'nudgeloop-export';

/** The export version that this code writes, and the newest that it reads. */
export const EXPORT_VERSION = 1;

/**
 * How deep an import may be: an action in a call in a list, with room for what later versions add. A much deeper
 * message is sent but never arrives, since browsers clone more levels than they read.
 */
export const IMPORT_DEPTH = 24;

/**
 * How many values, and characters of keys and strings, one import may hold in total, unless the loop's limit is higher:
 * enough for a million actions of common size.
 */
export const MAX_IMPORTED_SIZE = 50_000_000;
