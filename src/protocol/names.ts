/** What every sync tag and notification tag of ours begins with; nothing else of the app's is ever touched. */
export const TAG_PREFIX = 'nudgeloop:';

/** The tag of the sync that wakes the worker for one database. */
export function syncTag(database: string): string {
  return `${TAG_PREFIX}${database}`;
}

/**
 * What the tags of notifications begin with: those of one loop, or with null of the whole database. A nudge's own tag is
 * its loop's prefix and its id, so that showing it again replaces it.
 */
export function notificationPrefix(database: string, loop: string | null): string {
  const names = loop === null ? [database] : [database, loop];
  return `${TAG_PREFIX}${names.map(escaped).join(':')}:`;
}

/** The separator inside a name would make two look like one. */
function escaped(name: string): string {
  return name.replaceAll(/[%:]/g, encodeURIComponent);
}

/** The Web Lock under which one host at a time does the pending work of a loop, be it in the worker or in a tab. */
export function workLock(database: string, loop: string): string {
  return `${workLocks(database)}${loop}`;
}

/** What the names of all these locks of a database begin with. */
export function workLocks(database: string): string {
  return `nudgeloop:${escaped(database)}:work:`;
}
