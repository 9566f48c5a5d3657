import { dirname, join, relative } from 'node:path/posix';
import { kindOf } from './repository.ts';

/** Where things are on the site. */
export interface SiteMap {
  /** The page of a file of the repository. With an anchor, the one of its pages that has it. */
  readonly pageOf: (source: string, anchor: string) => string | undefined;
  /** Requests a page that shows a file or folder as it is. */
  readonly showSource: (path: string) => string;
}

const isElsewhere = (href: string): boolean => /^[a-z][a-z+.-]*:|^\/\//i.test(href);

/** The relative path from one page to another. */
export function routeBetween(from: string, to: string): string {
  const way = relative(dirname(from), to);
  return way === '' ? to.slice(to.lastIndexOf('/') + 1) : way;
}

/**
 * Finds where a link of a source leads on the site: to the page of that file, otherwise to one that shows the file.
 *
 * @param href as written: relative to the source, or with a leading slash from the repository's root
 * @throws Error if there is no such file
 */
export function resolveLink(href: string, source: string, route: string, site: SiteMap): string {
  if (isElsewhere(href)) return href;
  const [path = '', anchor = ''] = href.split('#');
  const target = path === '' ? source : path.startsWith('/') ? path.slice(1) : join(dirname(source), path);
  const wanted = target.replace(/\/$/, '') || '.';
  const page = site.pageOf(wanted, anchor) ?? (kindOf(wanted) === undefined ? undefined : site.showSource(wanted));
  if (page === undefined) throw new Error(`${source} links to ${href}, which does not exist.`);
  const hash = anchor === '' ? '' : `#${anchor}`;
  return page === route && hash !== '' ? hash : `${routeBetween(route, page)}${hash}`;
}
