/** What every sync tag and notification tag of ours begins with; nothing else of the app's is ever touched. */
export const TAG_PREFIX = 'nudgeloop:';

/** The tag of the sync that wakes the worker for one database. */
export function syncTag(database: string): string {
  return `${TAG_PREFIX}${database}`;
}

/** The separator inside a name would make two look like one. */
export function escaped(name: string): string {
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
