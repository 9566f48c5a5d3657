import type { Page } from '../pages.ts';
import { readText } from '../repository.ts';
import type { Api } from './model.ts';

/** The purpose of each entry, from the table of parts in README, its only source. */
function purposes(): Map<string, string> {
  const rows = readText('README.md').matchAll(/^\| `(nudgeloop[\w/.-]*)` \| (.+?) \|$/gm);
  // Its links are relative to README, but are shown on another page.
  return new Map([...rows].map(([, name = '', purpose = '']) => [name, purpose.replaceAll(/\]\((?![a-z]+:|[/#])/g, '](/')]));
}

/** The page that lists the entries, as Markdown. */
export function apiIndexPage({ entries }: Api): Omit<Page, 'section'> {
  const purposeOf = purposes();
  const rows = entries.map(({ name, slug, items }) => `| [\`${name}\`](${slug}.md) | ${purposeOf.get(name) ?? ''} | ${items.length} |`);
  const scripts = [...purposeOf].filter(([name]) => name.endsWith('.js')).map(([name, purpose]) => `- \`${name}\`: ${purpose}`);
  const markdown = [
    '# API',
    'Made from the comments in the sources. Every rejection of every call is a `NudgeloopError`: decide by its `code`, of which `NudgeloopErrorCode` lists all.',
    `| import | for | names |\n| --- | --- | --- |\n${rows.join('\n')}`,
    'And without names:',
    scripts.join('\n'),
  ];
  return { route: 'api/index.html', source: 'docs/api/index.md', title: 'API', markdown: `${markdown.join('\n\n')}\n` };
}
