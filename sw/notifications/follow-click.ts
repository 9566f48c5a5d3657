import type { Log } from '../../src/log/log.ts';
import type { NotificationRealm } from './notification-realm.ts';
import type { NudgeMark } from './nudge-mark.ts';
import { sameOriginTarget } from './same-origin-target.ts';

/**
 * Shows the page that a clicked notification leads to: in the window that has it open, or in a new one. No window is
 * navigated, since somebody may be typing in it.
 */
export async function followClick({ url, loop }: NudgeMark, realm: NotificationRealm, log: Log): Promise<void> {
  // It was checked when it was written, but another script may have written what is stored now.
  const target = url === undefined ? realm.scope : sameOriginTarget(url, realm.origin);
  if (target === undefined) return log.warn('notification.refused', { loop, reason: 'target', at: 'click' });
  try {
    const windows = await realm.windows();
    const there = windows.find((client) => client.url === target) ?? (url === undefined ? windows[0] : undefined);
    await (there === undefined ? realm.openWindow(target) : there.focus());
  } catch {
    log.debug('call.failed', { call: 'notificationclick', loop });
  }
}
