import { isWholeNumber } from '../../src/model/is-whole-number.ts';
import { notificationPrefix } from '../../src/protocol/notification-prefix.ts';

/** What a notification of ours says of its nudge. Any script of the origin may have written it. */
export interface NudgeMark {
  readonly loop: string;
  readonly id: string;
  readonly seq: number;
  /** Where a click leads, unchecked; undefined when the app named nothing. */
  readonly url: unknown;
}

/** Reads the mark of a notification of this database; undefined for any other, the app's own above all. */
export function readMark({ tag, data }: Pick<Notification, 'tag' | 'data'>, database: string): NudgeMark | undefined {
  const prefix = notificationPrefix(database, null);
  if (!tag.startsWith(prefix)) return undefined;
  const [loop = '', id = ''] = tag.slice(prefix.length).split(':');
  // A field of our own, so that an app which opens the `url` of every notification's data finds none here.
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
