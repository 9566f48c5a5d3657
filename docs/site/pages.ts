import { readApi } from './api/read-api.ts';
import { entryPage } from './api/render-api.ts';
import { apiIndexPage } from './api/render-index.ts';
import type { Api } from './api/model.ts';
import { filesUnder, kindOf, readText } from './repository.ts';
import { readmePages } from './readme.ts';

/** One page of the site, before it is rendered. */
export interface Page {
  /** Its path on the site, such as `guides/react.html`. */
  readonly route: string;
  /** The repository's file that relative links start from. */
  readonly source: string;
  readonly title: string;
  /** The group in the navigation; undefined for pages that are only linked to. */
  readonly section: string | undefined;
  readonly markdown: string;
}

/** The groups of the navigation, in order. */
export const SECTIONS = ['Start', 'Guides', 'Recipes', 'Reference', 'Project'] as const;

const titleOf = (markdown: string, fallback: string): string =>
  /^# (.+?)(?: \{#.+\})?$/m.exec(markdown)?.[1]?.replaceAll('`', '') ?? fallback;

function pageOf(source: string, section: string | undefined, route: string, title?: string): Page {
  const markdown = readText(source);
  return { route, source, title: title ?? titleOf(markdown, source), section, markdown };
}

/** The pages of a folder of Markdown files, in the order in which its list names them. */
function folderPages(folder: string, section: string): Page[] {
  const listed = [...readText(`docs/${folder}/README.md`).matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name = '']) => name);
  return [...new Set(listed)].map((name) => pageOf(`docs/${folder}/${name}`, section, `${folder}/${name.slice(0, -3)}.html`));
}

/** A link to a folder leads to the list of its pages, which the repository shows too. */
const listPage = (folder: string, section: string | undefined): Page => pageOf(`docs/${folder}/README.md`, section, `${folder}/index.html`);

/** The files directly in `docs/`, such as the migration page. */
const loosePages = (): Page[] =>
  filesUnder('docs', '.md')
    .filter((source) => source.split('/').length === 2)
    .map((source) => pageOf(source, 'Reference', `${source.slice('docs/'.length, -3)}.html`));

const projectPages: readonly (readonly [source: string, route: string, title: string])[] = [
  ['SECURITY.md', 'security.html', 'Security'],
  ['CHANGELOG.md', 'changelog.html', 'Changelog'],
  ['CONTRIBUTING.md', 'contributing.html', 'Contributing'],
];

/** All pages that do not depend on links. */
export function collectPages(): { readonly pages: Page[]; readonly api: Api } {
  const readme = readmePages(readText('README.md'));
  const readmePage = (name: string, title: string, section: string): Page => ({
    route: `${name}.html`,
    source: 'README.md',
    title,
    section,
    markdown: readme.get(name) ?? '',
  });
  const api = readApi();
  const apiPages = api.entries.map((entry): Page => ({ ...entryPage(entry, api), section: 'Reference' }));
  const decisions = folderPages('decisions', 'Project').map((page): Page => ({ ...page, section: undefined }));
  const [guides, recipes] = [folderPages('guides', 'Guides'), folderPages('recipes', 'Recipes')];
  const pages = [
    readmePage('index', 'Nudgeloop', 'Start'),
    readmePage('quick-start', 'Quick start', 'Start'),
    readmePage('promises', 'Promises', 'Start'),
    ...guides,
    ...recipes,
    { ...apiIndexPage(api), section: 'Reference' },
    ...apiPages,
    ...loosePages(),
    ...projectPages.filter(([source]) => kindOf(source) === 'file').map(([source, route, title]) => pageOf(source, 'Project', route, title)),
    listPage('decisions', 'Project'),
    ...decisions,
    listPage('guides', undefined),
    listPage('recipes', undefined),
  ];
  return { pages, api };
}
