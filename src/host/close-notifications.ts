import { withDeadline, type Clock } from '../clock.ts';
import { notificationPrefix } from '../protocol/notification-prefix.ts';

/** Milliseconds that the browser may take to say what is on show: an erasure waits for it, and all calls for the erasure. */
const FIND_MS = 1_000;

/**
 * Closes the notifications of a loop, or with null those of the whole database; what else the app shows stays.
 *
 * @param find lists what is on show
 * @returns how many that were; none where the browser can't say
 */
export async function closeNotifications(
  find: () => Promise<readonly { readonly tag: string; close(): void }[]>,
  { database, clock }: { readonly database: string; readonly clock: Clock },
  loop: string | null,
): Promise<number> {
  const shown = await withDeadline(clock, FIND_MS, find()).catch(() => []);
  const ours = shown.filter(({ tag }) => tag.startsWith(notificationPrefix(database, loop)));
  for (const notification of ours) notification.close();
  return ours.length;
}
