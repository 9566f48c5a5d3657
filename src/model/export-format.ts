/** The format's name, so that a file says what it is. */
export const EXPORT_FORMAT = 'nudgeloop-export';

/** The newest export version that this code reads and the one that it writes. */
export const EXPORT_VERSION = 1;
