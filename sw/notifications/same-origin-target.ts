/** The longest link, in characters. */
const MAX_LENGTH = 2_048;

/** Blanks, control characters and the backslash: a parser drops or turns them, and the link is not what was written. */
const CHANGED_BY_PARSERS = /[^!-[\]-~\u0080-\uFFFF]/;

/**
 * Reads a link of this site. Whatever could lead elsewhere is refused: other origins, schemes that run or carry content,
 * names and passwords, and the forms that look like a path and name a host (`//host`, `/\host`, with blanks in between).
 *
 * @param url an absolute URL, or a path below the origin
 * @param origin this site's
 * @returns the absolute URL, or undefined when it is refused
 */
export function sameOriginTarget(url: unknown, origin: string): string | undefined {
  if (typeof url !== 'string' || url.length === 0 || url.length > MAX_LENGTH) return undefined;
  if (url.startsWith('//') || CHANGED_BY_PARSERS.test(url)) return undefined;
  try {
    const target = new URL(url, origin);
    // A blob's origin is its maker's, so the protocol is no less needed.
    const isOurs = target.origin === origin && ['https:', 'http:'].includes(target.protocol);
    return isOurs && target.username === '' && target.password === '' && target.href.length <= MAX_LENGTH ? target.href : undefined;
  } catch {
    return undefined;
  }
}
