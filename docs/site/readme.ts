import { slugOf } from './slug.ts';

/** A part of a Markdown file: a heading of the second level and the text below it. */
export interface MarkdownSection {
  /** The heading's text; empty for the part before the first one. */
  readonly heading: string;
  readonly markdown: string;
}

/** Splits Markdown at its headings of the second level. */
export function sectionsOf(markdown: string): MarkdownSection[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let isInFence = false;
  // Git may have changed the line endings.
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) isInFence = !isInFence;
    const heading = isInFence ? undefined : /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ heading, lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, markdown: lines.join('\n').trim() }));
}

/** Raises the headings of a section by one level, for a page whose title replaces the section's own heading. */
function liftHeadings(markdown: string): string {
  let isInFence = false;
  const lift = (line: string): string => {
    if (/^\s*```/.test(line)) isInFence = !isInFence;
    return isInFence ? line : line.replace(/^#(?=##+ )/, '');
  };
  return markdown.split('\n').map(lift).join('\n');
}

/** The sections of README with pages of their own. All others are on the start page, so none gets lost. */
export const README_PAGES: Readonly<Record<string, { readonly title: string; readonly sections: readonly string[] }>> = {
  'quick-start': { title: 'Quick start', sections: ['Five minutes', 'While no page is open'] },
  promises: { title: 'Promises', sections: ['What we promise'] },
};

/**
 * Splits README into pages.
 *
 * @returns Markdown by page name; `index` is the start page
 */
export function readmePages(markdown: string): Map<string, string> {
  const sections = sectionsOf(markdown);
  const taken = new Set<MarkdownSection>();
  const pages = new Map<string, string>();
  for (const [page, { title, sections: wanted }] of Object.entries(README_PAGES)) {
    const own = sections.filter(({ heading }) => wanted.includes(heading));
    if (!own.some(({ heading }) => heading === wanted[0])) {
      throw new Error(`README.md has no section "${wanted[0]}" any more: say in docs/site/readme.ts what became of it.`);
    }
    for (const section of own) taken.add(section);
    const bodies = own.map(({ markdown }, index) => (index === 0 ? liftHeadings(markdown.replace(/^## .+\n/, '')) : markdown));
    // With the section's anchor, which other links use.
    pages.set(page, `# ${title} {#${slugOf(wanted[0] ?? '')}}\n\n${bodies.join('\n\n').trim()}\n`);
  }
  const rest = sections.filter((section) => !taken.has(section));
  pages.set('index', `${rest.map(({ markdown }) => markdown).join('\n\n')}\n`);
  return pages;
}
