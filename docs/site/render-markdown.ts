import MarkdownIt, { type Token } from 'markdown-it';
import { parseInfo } from './code-blocks.ts';
import { breakNames, escapeHtml, highlight, linkNames } from './highlight.ts';
import { createSlugs } from './slug.ts';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** The part of a page between two headings, as plain text for the search. */
export interface Stretch {
  readonly heading: Heading | undefined;
  readonly text: string;
  /** The names, in code, that are explained there: the members of a type, the rows of a table. */
  readonly names: readonly string[];
}

/** A page's content. */
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly stretches: readonly Stretch[];
}

/** How links are resolved. */
export interface Links {
  /** Where a link of the source leads on the site. */
  readonly resolve: (href: string) => string;
  /** Where a picture of the source is on the site. */
  readonly picture: (src: string) => string;
  /** A link from this page to the description of an API name. */
  readonly ofName: (name: string) => string | undefined;
}

const markdownIt = new MarkdownIt({ html: false, typographer: false });

/** The text that a reader sees of inline tokens. */
const textOf = (tokens: readonly Token[]): string =>
  tokens.map(({ type, content, children }) => (type === 'softbreak' || type === 'hardbreak' ? ' ' : children ? textOf(children) : content)).join('');

const attribute = (token: Token | undefined, name: string): string => String(token?.attrGet(name) ?? '');

/** Gives headings their anchors. A heading may set its own with ` {#anchor}` at its end. */
function anchorHeadings(tokens: readonly Token[]): Heading[] {
  const nextSlug = createSlugs();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const children = tokens[index + 1]?.children ?? [];
    const last = children.at(-1);
    const own = /^(.*?)\s*\{#([^}]+)\}$/.exec(last?.content ?? '');
    if (last !== undefined && own !== null) last.content = own[1] ?? '';
    const text = textOf(children);
    const id = own?.[2] ?? nextSlug(text);
    token.attrSet('id', id);
    return [{ level: Number(token.tag.slice(1)), id, text }];
  });
}

/** The names at the beginning of a table row or a list item. */
function namesIn(token: Token, place: readonly Token[]): string[] {
  const children = token.children ?? [];
  const isRow = place[0]?.type === 'tr_open' && place[1]?.type.endsWith('d_open') === true;
  // A sentence about a name does not explain it.
  const isList = children.every(({ type, content }) => type !== 'text' || /^[\s,]*$/.test(content));
  // A member of a type is shown as **`name`**.
  const isMember = children[1]?.type === 'strong_open' && children[2]?.type === 'code_inline' && children[3]?.type === 'strong_close';
  if (isMember) return [children[2]?.content.replace('?', '') ?? ''];
  return isRow && isList ? children.flatMap(({ type, content }) => (type === 'code_inline' ? [/^((?:\w+\.)*\w+)(?:\(.*\))?$/.exec(content)?.[1] ?? ''] : [])) : [];
}

function stretchesOf(tokens: readonly Token[], headings: readonly Heading[]): Stretch[] {
  const stretches: { heading: Heading | undefined; text: string; names: string[] }[] = [{ heading: undefined, text: '', names: [] }];
  let next = 0;
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') stretches.push({ heading: headings[next++], text: '', names: [] });
    const isHeading = tokens[index - 1]?.type === 'heading_open';
    const stretch = stretches.at(-1);
    if (!stretch || token.type !== 'inline' || isHeading) return;
    stretch.text += ` ${textOf(token.children ?? [])}`;
    stretch.names.push(...namesIn(token, tokens.slice(index - 2, index)));
  });
  return stretches.filter(({ heading, text }) => heading !== undefined || text.trim() !== '');
}

function codeBlock(info: string, code: string, links: Links): string {
  const { language, marks } = parseInfo(info);
  const body = highlight(code.trimEnd(), language);
  const isSignature = marks.includes('signature');
  const html = isSignature ? linkNames(body, links.ofName) : body;
  return `<pre class="${isSignature ? 'signature' : 'code'}" tabindex="0"><code>${html}</code></pre>\n`;
}

export function renderMarkdown(markdown: string, links: Links): Rendered {
  const tokens = markdownIt.parse(markdown, {});
  const headings = anchorHeadings(tokens);
  const stretches = stretchesOf(tokens, headings);
  const rules = new MarkdownIt().renderer.rules;
  let isInLink = false;
  markdownIt.renderer.rules = {
    ...rules,
    fence: (all, index) => codeBlock(all[index]?.info ?? '', all[index]?.content ?? '', links),
    link_open(all, index, options, _env, self) {
      isInLink = true;
      const token = all[index];
      token?.attrSet('href', links.resolve(attribute(token, 'href')));
      return self.renderToken(all, index, options);
    },
    image(all, index, options, env, self) {
      const token = all[index];
      token?.attrSet('src', links.picture(attribute(token, 'src')));
      return rules.image?.(all, index, options, env, self) ?? '';
    },
    link_close(all, index, options, _env, self) {
      isInLink = false;
      return self.renderToken(all, index, options);
    },
    code_inline(all, index) {
      const text = all[index]?.content ?? '';
      const code = linkNames(escapeHtml(text), (name) => (isInLink ? undefined : links.ofName(name)));
      // Only whole names, types and calls: within a sentence of code, a name would be linked by accident.
      return `<code>${breakNames(/^[\w.<>[\]|&(){};:?,' -]+$/.test(text) ? code : escapeHtml(text))}</code>`;
    },
    heading_open(all, index) {
      const token = all[index];
      return `<${token?.tag ?? 'h2'} id="${escapeHtml(attribute(token, 'id'))}">`;
    },
    heading_close(all, index) {
      const id = attribute(all[index - 2], 'id');
      const tag = all[index]?.tag ?? 'h2';
      return `${tag === 'h1' ? '' : ` <a class="anchor" href="#${escapeHtml(id)}" aria-label="Link to this section">#</a>`}</${tag}>\n`;
    },
    table_open: () => '<div class="table" tabindex="0"><table>\n',
    table_close: () => '</table></div>\n',
  };
  const html = markdownIt.renderer.render(tokens, markdownIt.options, {});
  // An empty corner of a table is not a heading.
  return { html: html.replaceAll('<th></th>', '<td></td>'), headings, stretches };
}
