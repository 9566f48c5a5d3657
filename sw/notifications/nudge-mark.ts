import { isWholeNumber } from '../../src/model/is-whole-number.ts';
import { notificationPrefix } from '../../src/protocol/notification-prefix.ts';

/** What one of our notifications says about its nudge. Any script of the origin may have written it. */
export interface NudgeMark {
  readonly loop: string;
  readonly id: string;
  readonly seq: number;
  /** Where a click leads, unchecked; undefined if the app gave no URL. */
  readonly url: unknown;
}

/** Reads the mark of a notification of this database; undefined for any other, such as the app's own. */
export function readMark({ tag, data }: Pick<Notification, 'tag' | 'data'>, database: string): NudgeMark | undefined {
  const prefix = notificationPrefix(database, null);
  if (!tag.startsWith(prefix)) return undefined;
  const [loop = '', id = ''] = tag.slice(prefix.length).split(':');
  // A field of our own: an app that opens the `url` in the data of every notification finds none here.
  const { seq, url } = ((data as { readonly nudgeloop?: unknown } | null)?.nudgeloop ?? {}) as Readonly<Record<string, unknown>>;
  return {
    loop: loop.replaceAll(/%(?:25|3A)/g, decodeURIComponent),
    id,
    seq: isWholeNumber(seq) ? seq : -1,
    url,
  };
}

/** What goes into a notification, for `readMark` to find. */
export function writeMark(database: string, { loop, id, seq, url }: NudgeMark): Pick<NotificationOptions, 'tag' | 'data'> {
  return { tag: `${notificationPrefix(database, loop)}${id}`, data: { nudgeloop: { seq, url } } };
}
