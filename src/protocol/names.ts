/** The prefix of all our sync and notification tags. The app's own tags are never touched. */
export const TAG_PREFIX = 'nudgeloop:';

/** The tag of the sync that wakes the worker for one database. */
export function syncTag(database: string): string {
  return `${TAG_PREFIX}${database}`;
}

/** Escapes the separator: unescaped, it could make two names look alike. */
export function escaped(name: string): string {
  return name.replaceAll(/[%:]/g, encodeURIComponent);
}

/**
 * The name of the Web Lock under which one host at a time processes the pending work of a loop, in the worker or in a
 * tab.
 */
export function workLock(database: string, loop: string): string {
  return `${workLocks(database)}${loop}`;
}

/** The prefix of all these locks of a database. */
export function workLocks(database: string): string {
  return `nudgeloop:${escaped(database)}:work:`;
}
