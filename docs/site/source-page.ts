import { escapeHtml, highlight } from './highlight.ts';
import { kindOf, listFolder, readText } from './repository.ts';

const LANGUAGES: Readonly<Record<string, string>> = { ts: 'typescript', tsx: 'typescript', mjs: 'javascript', js: 'javascript', json: 'json', css: 'css', html: 'xml' };

/** The route of the page that shows a file or folder of the repository. */
export const sourceRoute = (path: string): string => `source/${path}.html`;

/** Shows a file of the repository as it is, or the content of a folder: the site is complete without another server. */
export function sourceHtml(path: string, linkTo: (path: string) => string): string {
  const title = `<h1><code>${escapeHtml(path)}</code></h1>\n`;
  if (kindOf(path) === 'folder') {
    const items = listFolder(path).map((name) => {
      const target = `${path}/${name.replace(/\/$/, '')}`;
      return `<li><a href="${escapeHtml(linkTo(target))}">${escapeHtml(name)}</a></li>`;
    });
    return `${title}<ul>\n${items.join('\n')}\n</ul>\n`;
  }
  const language = LANGUAGES[path.slice(path.lastIndexOf('.') + 1)] ?? '';
  return `${title}<pre class="code" tabindex="0"><code>${highlight(readText(path), language)}</code></pre>\n`;
}
