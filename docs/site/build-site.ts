import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path/posix';
import { layout, type NavigationGroup } from './layout.ts';
import { collectPages, SECTIONS, type Page } from './pages.ts';
import { renderMarkdown, type Rendered } from './render-markdown.ts';
import { kindOf, listFolder, readText, root } from './repository.ts';
import { resolveLink, routeBetween, type SiteMap } from './resolve-link.ts';
import { searchScript, weightOf, type SearchEntry } from './search-entries.ts';
import { slugOf } from './slug.ts';
import { sourceHtml, sourceRoute } from './source-page.ts';

const ASSETS = 'docs/site/assets';
/** The demo's icon: the project has only one. */
const ICON = 'demo/public/icons/icon.svg';
/** Copied as it is: it runs in the browser without a bundler. */
const SEARCH_LIBRARY = 'node_modules/minisearch/dist/umd/index.js';

/** A folder shows its README, as the repository's root does. */
const indexOf = (path: string): string => (path === '.' ? 'README.md' : `${path}/README.md`);

/** Finds pages by their sources. A source may have several pages, as README does; then the anchor decides. */
function createPageFinder(pages: readonly Page[]): SiteMap['pageOf'] {
  const bySource = new Map<string, Page[]>();
  for (const page of pages) bySource.set(page.source, [...(bySource.get(page.source) ?? []), page]);
  return (path, anchor) => {
    const found = [path, indexOf(path)].flatMap((source) => bySource.get(source) ?? []);
    const withAnchor = found.find(({ markdown }) => [...markdown.matchAll(/^#{1,6} (.+)$/gm)].some(([, heading = '']) => (/\{#(.+)\}$/.exec(heading)?.[1] ?? slugOf(heading)) === anchor));
    return (withAnchor ?? found[0])?.route;
  };
}

/** A Markdown file that is only linked to, such as a folder's README, becomes a page too. */
const markdownPage = (source: string): Page => ({ route: sourceRoute(source), source, title: source, section: undefined, markdown: readText(source) });

/**
 * Builds the whole site in memory.
 *
 * @returns the files by their routes
 * @throws Error if a link leads nowhere
 */
export function buildSite(): Map<string, string> {
  const { pages, api } = collectPages();
  const navigation: NavigationGroup[] = SECTIONS.map((title) => ({ title, pages: pages.filter(({ section }) => section === title) }));
  const inOrder = navigation.flatMap((group) => group.pages);
  const files = new Map<string, string>();
  const search: SearchEntry[] = [];
  const pageOf = createPageFinder(pages);
  const asked: string[] = [];
  const showSource = (path: string): string => {
    asked.push(path);
    return sourceRoute(path);
  };

  /** Copies a picture of the texts to the site. All of them are SVG, which is text. */
  const showPicture = (path: string): string => {
    const route = `assets/${basename(path)}`;
    files.set(route, readText(path));
    return route;
  };

  const neighboursOf = (route: string) => {
    const at = inOrder.findIndex((page) => page.route === route);
    const [before, after] = at < 0 ? [] : [inOrder[at - 1], inOrder[at + 1]];
    return [...(before ? [{ ...before, rel: 'prev' as const }] : []), ...(after ? [{ ...after, rel: 'next' as const }] : [])];
  };

  const put = ({ route, title }: Pick<Page, 'route' | 'title'>, { html, headings }: Pick<Rendered, 'html' | 'headings'>): void => {
    files.set(route, layout({ route, title, content: html, headings, navigation, neighbours: neighboursOf(route) }));
  };

  const putPage = (page: Page): void => {
    const { route, source, markdown } = page;
    const ofName = (name: string): string | undefined => {
      // The package and its Vite plugin have the same name. A text rarely means the plugin.
      const home = name === api.entries[0]?.name ? undefined : api.homes.get(name);
      return home && `${routeBetween(route, `api/${home.slug}.html`)}#${name}`;
    };
    const rendered = renderMarkdown(markdown, {
      ofName,
      resolve: (href) => resolveLink(href, source, route, { pageOf, showSource }),
      picture: (src) => routeBetween(route, showPicture(join(dirname(source), src))),
    });
    put(page, rendered);
    if (page.section === undefined && !route.startsWith('decisions/')) return;
    for (const { heading, text, names } of rendered.stretches) {
      const isBeginning = heading === undefined || heading.level === 1;
      search.push({
        page: page.title,
        heading: isBeginning ? '' : heading.text,
        url: isBeginning ? route : `${route}#${heading.id}`,
        text: text.trim(),
        names: names.join(' '),
        weight: weightOf(route, isBeginning),
      });
    }
  };

  for (const page of pages) putPage(page);
  // A shown source may lead to others: a folder to its files, a README to its links.
  for (const path of asked) {
    const route = sourceRoute(path);
    if (files.has(route)) continue;
    if (kindOf(path) === 'file' && path.endsWith('.md')) putPage(markdownPage(path));
    else put({ route, title: path }, { html: sourceHtml(path, (target) => routeBetween(route, pageOf(target, '') ?? showSource(target))), headings: [] });
  }
  for (const name of listFolder(ASSETS)) files.set(`assets/${name}`, readText(`${ASSETS}/${name}`));
  files.set('assets/icon.svg', readText(ICON));
  files.set('assets/minisearch.js', readFileSync(join(root, SEARCH_LIBRARY), 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, ''));
  files.set('assets/search-entries.js', searchScript(search));
  return files;
}
