import { withDeadline } from '../../src/clock.ts';
import type { Nudge } from '../../src/model/nudge.ts';
import type { AnyShapes, LoopShapes } from '../../src/model/shapes.ts';
import type { NotificationRealm } from './notification-realm.ts';
import { sameOriginTarget } from './same-origin-target.ts';

/** What a notification shows. */
export interface NudgeNotification {
  /** 1 to 500 characters. */
  readonly title: string;
  /** Up to 500 characters. @default none */
  readonly body?: string | undefined;
  /** An image of this site: a path, or a URL of the same origin. @default the browser's */
  readonly icon?: string | undefined;
  /**
   * The page that a click shows: a path, or a URL of the same origin. A window counts as showing it if it was loaded with this
   * URL: the browser does not tell the worker what an app puts into the address bar later.
   *
   * @default any window of the app, or else the worker's scope
   */
  readonly url?: string | undefined;
}

/** A checked notification, as browsers accept it: absent fields are left out. */
export interface CheckedNotification extends NudgeNotification {
  readonly body?: string;
  readonly icon?: string;
  readonly url?: string;
}

/** Says how to show a nudge, in the app's own words. Return null to show nothing. */
export type RenderNudge<Shapes extends LoopShapes = AnyShapes> = (
  nudge: Nudge<Shapes>,
) => NudgeNotification | null | Promise<NudgeNotification | null>;

/** Why something is not shown or opened: the `reason` in the log. */
export type Refusal = 'render-failed' | 'render-late' | 'form' | 'target';

/** Milliseconds that a `render` may take: a browser gives a worker's event at most half a minute. */
const RENDER_MS = 5_000;

/** The most characters of a title or body; no system shows that many. */
const MAX_TEXT = 500;

/**
 * Has the app render a nudge, and checks the result.
 *
 * @returns what to show, with absolute links; null for nothing; or why it is refused
 */
export async function renderNotification(
  render: RenderNudge,
  nudge: Nudge,
  { clock, origin }: Pick<NotificationRealm, 'clock' | 'origin'>,
): Promise<CheckedNotification | null | Refusal> {
  const late = new Error('late');
  try {
    const rendering = Promise.resolve(nudge).then(render);
    return check(await withDeadline(clock, RENDER_MS, rendering, () => late), origin);
  } catch (error) {
    return error === late ? 'render-late' : 'render-failed';
  }
}

function check(given: unknown, origin: string): CheckedNotification | null | Refusal {
  if (given === null) return null;
  if (typeof given !== 'object') return 'form';
  const { title, body, icon, url } = given as Readonly<Record<string, unknown>>;
  if (!isText(title) || title === '' || !(body === undefined || isText(body))) return 'form';
  const links: { icon?: string; url?: string } = {};
  for (const [name, link] of [['icon', icon], ['url', url]] as const) {
    if (link === undefined) continue;
    const target = sameOriginTarget(link, origin);
    if (target === undefined) return 'target';
    links[name] = target;
  }
  return { title, ...(body === undefined ? {} : { body }), ...links };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}
