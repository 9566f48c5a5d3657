import { withDeadline, type Clock } from '../clock.ts';
import { notificationPrefix } from '../protocol/notification-prefix.ts';

/**
 * Milliseconds that the browser may take to list notifications: an erasure waits for it, and all calls wait for the
 * erasure.
 */
const FIND_MS = 1_000;

/**
 * Closes the notifications of a loop, or with null those of the whole database. The app's other notifications stay.
 *
 * @param find lists what is shown
 * @returns how many were closed; 0 if the browser can't list them
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
