import { NudgeloopError } from '../../src/errors.ts';
import type { Nudge } from '../../src/model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../../src/model/shapes.ts';
import { createNudgeSurface, type ActiveNudgeSurface, type NudgeSurface, type NudgeSurfaceContext } from '../nudge-surface.ts';
import { followClick } from './follow-click.ts';
import { createNotificationRealm, type NotificationRealm } from './notification-realm.ts';
import { readMark, writeMark } from './nudge-mark.ts';
import { renderNotification, type RenderNudge } from './render-notification.ts';

/** Options of `showNudges`. */
export interface ShowNudgesOptions<Shapes extends LoopShapes = AnyShapes> {
  /**
   * Says how to show a nudge, within five seconds. A result without a title, with a body that is not text, or with a link that
   * leaves this site is refused, and `notification.refused` is logged.
   */
  readonly render: RenderNudge<Shapes>;
}

/** How many nudges may be rendered at a time: a `render` that hangs must not pile them up. */
const MAX_UNDER_WAY = 32;

/**
 * Makes the surface that shows nudges as notifications, for `startWorker({ surface })`. It is for service workers of your
 * own whose scope holds your pages.
 *
 * - A new nudge is shown if no window of this origin is visible and the user granted the permission. The app asks for it.
 * - A nudge that is not shown is not lost: it waits for the next page, as always.
 * - A notification is closed once its nudge is acknowledged, dropped or erased.
 * - A click shows the page of its `url`, and acknowledges nothing.
 * - The app's own notifications are never touched.
 *
 * If you have a `notificationclick` listener of your own, call `startWorker` before you add it: then it does not get clicks on
 * these notifications.
 *
 * @throws NudgeloopError `options.invalid`
 *
 * @example
 * ```ts
 * import { showNudges, startWorker } from 'nudgeloop/worker';
 *
 * startWorker({
 *   surface: showNudges({
 *     render: ({ suggestions: [next] }) => (next ? { title: 'Nearly there', body: `Try ${next.steps} steps`, url: '/today' } : null),
 *   }),
 * });
 * ```
 */
export function showNudges<Shapes extends LoopShapes = AnyShapes>(options: ShowNudgesOptions<Shapes>): NudgeSurface {
  if (typeof (options as Partial<ShowNudgesOptions> | undefined)?.render !== 'function') {
    throw new NudgeloopError('options.invalid', 'The option render of showNudges is invalid: pass a function.', { option: 'render' });
  }
  return createNudgeSurface((context) => showInRealm(options, context, createNotificationRealm()));
}

/** `showNudges` over a given realm: the browser's, or a test's. */
export function showInRealm({ render }: ShowNudgesOptions, context: NudgeSurfaceContext, realm: NotificationRealm): ActiveNudgeSurface {
  const { database, log, nudges } = context;
  let underWay = 0;
  let closing: Promise<void> = Promise.resolve();
  let nextClosing: Promise<void> | undefined;

  const isWatched = async (): Promise<boolean> =>
    (await realm.windows()).some(({ visibilityState }) => visibilityState === 'visible');

  const nudgeAt = async (loop: string, seq: number): Promise<Nudge | undefined> =>
    (await nudges(loop, seq - 1, 1)).find((nudge) => nudge.seq === seq);

  const closeGone = async (): Promise<void> => {
    for (const notification of await realm.shown()) {
      const mark = readMark(notification, database);
      if (mark === undefined) continue;
      // If a nudge can't be read now, it may still wait. That must not keep the other notifications open.
      const id = await nudgeAt(mark.loop, mark.seq).then((nudge) => nudge?.id, () => mark.id);
      if (id !== mark.id) notification.close();
    }
  };

  /** Several changes in a row share one look; a change during a look gets the next one. */
  const close = (): Promise<void> => {
    nextClosing ??= closing
      .catch(() => undefined)
      .then(() => {
        nextClosing = undefined;
        return (closing = closeGone());
      });
    return nextClosing;
  };

  const show = async (loop: string, seq: number): Promise<string | undefined> => {
    const nudge = await nudgeAt(loop, seq);
    if (nudge === undefined) return undefined;
    const rendered = await renderNotification(render, nudge, realm);
    if (rendered === null || typeof rendered === 'string') return rendered ?? undefined;
    // Check again, since rendering may have taken long.
    if ((await isWatched()) || (await nudgeAt(loop, seq))?.id !== nudge.id) return undefined;
    const { title, url, ...rest } = rendered;
    await realm.show(title, { ...rest, ...writeMark(database, { loop, id: nudge.id, seq, url }) });
    // The nudge may have been acknowledged between that check and the showing.
    await close();
    return undefined;
  };

  const tryShow = async (loop: string, seq: number): Promise<void> => {
    if (!realm.isAllowed() || (await isWatched().catch(() => false))) return;
    if (underWay >= MAX_UNDER_WAY) return log.warn('notification.refused', { loop, reason: 'full' });
    underWay += 1;
    const reason = await show(loop, seq).catch(() => 'failed');
    underWay -= 1;
    if (reason !== undefined) log.warn('notification.refused', { loop, reason });
  };

  const stop = realm.onClick((event) => {
    const mark = readMark(event.notification, database);
    if (mark === undefined) return;
    // Otherwise the app's own listener would handle the click, look for its own target and find none.
    event.stopImmediatePropagation();
    event.notification.close();
    event.waitUntil(followClick(mark, realm, log));
  });

  return {
    told: ({ loop, added }) => (loop === null || added === undefined ? close() : tryShow(loop, added)),
    stop,
  };
}
