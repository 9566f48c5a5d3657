import type { PlainDataLimits } from './plain-data.ts';

/** The format's name, so that a file says what it is. */
export const EXPORT_FORMAT = 'nudgeloop-export';

/** The newest export version that this code reads and the one that it writes. */
export const EXPORT_VERSION = 1;

/**
 * What an import may cost in all: a million actions of common size. The depth is that of an action in a call in a list,
 * with room for what later versions add; a message much deeper is sent, and arrives nowhere.
 */
export const IMPORT_LIMITS: PlainDataLimits = { depth: 16, nodes: 50_000_000, characters: 50_000_000 };
