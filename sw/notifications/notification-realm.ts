import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/system.ts';

/** What notifications use of the browser, in one place, so a test can provide another. */
export interface NotificationRealm {
  readonly clock: Clock;
  readonly origin: string;
  /** The URL below which the worker's pages are. */
  readonly scope: string;
  readonly isAllowed: () => boolean;
  readonly show: (title: string, options: NotificationOptions) => Promise<void>;
  /** The notifications on show, including the app's own. */
  readonly shown: () => Promise<readonly Notification[]>;
  /** Windows of this origin, controlled or not, the last used first. */
  readonly windows: () => Promise<readonly WindowClient[]>;
  readonly openWindow: (url: string) => Promise<unknown>;
  /** Listens to clicks on notifications; the returned function ends that. */
  readonly onClick: (run: (event: NotificationEvent) => void) => () => void;
}

/** Reads the worker's globals. Touches nothing before it is called. */
export function createNotificationRealm(): NotificationRealm {
  const scope = globalThis as unknown as ServiceWorkerGlobalScope;
  const { registration, clients } = scope;
  return {
    clock: systemClock,
    origin: scope.location.origin,
    scope: registration.scope,
    isAllowed: () => typeof Notification !== 'undefined' && Notification.permission === 'granted',
    show: (title, options) => registration.showNotification(title, options),
    shown: async () => registration.getNotifications(),
    windows: () => clients.matchAll({ type: 'window', includeUncontrolled: true }),
    openWindow: (url) => clients.openWindow(url),
    onClick(run) {
      scope.addEventListener('notificationclick', run);
      return () => scope.removeEventListener('notificationclick', run);
    },
  };
}
