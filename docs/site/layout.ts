import { breakNames, escapeHtml } from './highlight.ts';
import type { Heading } from './render-markdown.ts';
import { routeBetween } from './resolve-link.ts';

/** A group of links in the navigation. */
export interface NavigationGroup {
  readonly title: string;
  readonly pages: readonly { readonly route: string; readonly title: string }[];
}

/** What the frame of a page needs. */
export interface Frame {
  readonly route: string;
  readonly title: string;
  readonly content: string;
  readonly headings: readonly Heading[];
  readonly navigation: readonly NavigationGroup[];
  /** The previous and the next page, for readers who read everything. */
  readonly neighbours: readonly (Readonly<{ route: string; title: string; rel: 'prev' | 'next' }>)[];
}

function navigationHtml({ route, navigation }: Frame): string {
  return navigation
    .filter(({ pages }) => pages.length > 0)
    .map(({ title, pages }) => {
      const links = pages.map((page) => {
        const current = page.route === route ? ' aria-current="page"' : '';
        return `<li><a href="${routeBetween(route, page.route)}"${current}>${escapeHtml(page.title)}</a></li>`;
      });
      return `<h2>${title}</h2>\n<ul>${links.join('\n')}</ul>`;
    })
    .join('\n');
}

/** The page's headings, beside the page where there is room, or else folded below its title. */
function outlineOf(headings: readonly Heading[]): { readonly beside: string; readonly below: string } {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return { beside: '', below: '' };
  const links = shown.map(({ level, id, text }) => `<li class="level-${level}"><a href="#${escapeHtml(id)}">${breakNames(escapeHtml(text))}</a></li>`);
  const list = `<ul>${links.join('\n')}</ul>`;
  return {
    beside: `<nav class="outline" aria-label="On this page"><h2>On this page</h2>${list}</nav>`,
    below: `<nav class="folded-outline" aria-label="On this page"><details><summary>On this page</summary>${list}</details></nav>\n`,
  };
}

/** The whole document of a page. All its addresses are relative, so it can also be read from a folder. */
export function layout(frame: Frame): string {
  const { route, title, content, headings, neighbours } = frame;
  const to = (target: string): string => routeBetween(route, target);
  const outline = outlineOf(headings);
  const ways = neighbours.map(({ route: target, title: name, rel }) => `<a rel="${rel}" href="${to(target)}">${escapeHtml(name)}</a>`);
  return `<!doctype html>
<html lang="en" data-root="${to('index.html').slice(0, -'index.html'.length)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title === 'Nudgeloop' ? title : `${title} · Nudgeloop`)}</title>
<link rel="icon" href="${to('assets/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${to('assets/style.css')}">
<script src="${to('assets/theme.js')}"></script>
<script src="${to('assets/site.js')}" defer></script>
<script src="${to('assets/search-box.js')}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<button class="menu" type="button" aria-expanded="false" aria-controls="navigation">Menu</button>
<a class="name" href="${to('index.html')}"><img src="${to('assets/icon.svg')}" alt="" width="24" height="24">Nudgeloop</a>
<search>
<input type="search" placeholder="Search" aria-label="Search the documentation" aria-controls="search-results" autocomplete="off" hidden>
<ul id="search-results" hidden></ul>
<p class="visually-hidden" id="said" role="status"></p>
</search>
<button class="theme" type="button" hidden></button>
</header>
<div class="columns">
<nav id="navigation" aria-label="Pages">
${navigationHtml(frame)}
</nav>
<main id="content">
${content.replace('</h1>\n', (end) => end + outline.below)}<nav class="neighbours" aria-label="Before and after">${ways.join('\n')}</nav>
</main>
${outline.beside}
</div>
</body>
</html>
`;
}
