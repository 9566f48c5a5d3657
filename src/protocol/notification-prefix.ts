import { escaped, TAG_PREFIX } from './names.ts';

/**
 * What the tags of notifications begin with: those of one loop, or with null of the whole database. A nudge's own tag is
 * its loop's prefix and its id, so that showing it again replaces it.
 */
export function notificationPrefix(database: string, loop: string | null): string {
  const names = loop === null ? [database] : [database, loop];
  return `${TAG_PREFIX}${names.map(escaped).join(':')}:`;
}
