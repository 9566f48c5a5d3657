import { escaped, TAG_PREFIX } from './names.ts';

/**
 * The prefix of the notification tags of one loop, or with null of the whole database. A nudge's own tag is its loop's
 * prefix and its id, so showing the nudge again replaces its notification.
 */
export function notificationPrefix(database: string, loop: string | null): string {
  const names = loop === null ? [database] : [database, loop];
  return `${TAG_PREFIX}${names.map(escaped).join(':')}:`;
}
