/** The longest link, in characters. */
const MAX_LENGTH = 2_048;

/** Blanks, control characters and the backslash. A URL parser drops or replaces them, so the link would differ from the text. */
const CHANGED_BY_PARSERS = /[^!-[\]-~\u0080-\uFFFF]/;

/**
 * Reads a link of this site. Everything that could lead elsewhere is refused: other origins, schemes that run or carry
 * content, user names and passwords, and forms that look like a path but name a host (`//host`, `/\host`, also with blanks).
 *
 * @param url an absolute URL, or a path below the origin
 * @param origin this site's origin
 * @returns the absolute URL; undefined if it is refused
 */
export function sameOriginTarget(url: unknown, origin: string): string | undefined {
  if (typeof url !== 'string' || url.length === 0 || url.length > MAX_LENGTH) return undefined;
  if (url.startsWith('//') || CHANGED_BY_PARSERS.test(url)) return undefined;
  try {
    const { protocol, host, username, password, href } = new URL(url, origin);
    // Not its `origin`, which a blob: URL has from its creator. An extension's pages are of a scheme of their own.
    const isOurs = `${protocol}//${host}` === origin && username === '' && password === '';
    return isOurs && href.length <= MAX_LENGTH ? href : undefined;
  } catch {
    return undefined;
  }
}
