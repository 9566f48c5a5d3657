import MarkdownIt from 'markdown-it';

/** A code block of a Markdown file or of a comment. */
export interface CodeBlock {
  /** The file that contains it. */
  readonly source: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  /** The first word after the fence; empty if there is none. */
  readonly language: string;
  /** The words after the language. `MARKS` says what they mean. */
  readonly marks: readonly string[];
  readonly code: string;
}

/** The marks that may follow the language of a fence. */
export const MARKS: Readonly<Record<string, string>> = {
  fragment: 'a piece that can not stand alone; it is not compiled',
  continues: 'goes on from the block before it, and is compiled together with that',
  page: 'is compiled for a page, with the DOM',
  worker: 'is compiled for a service worker',
  core: 'is compiled for any JavaScript engine, with neither',
  node: 'is compiled for Node',
  'no-run': 'is compiled, and not run',
  signature: 'a declaration, on the API pages only',
};

const parser = new MarkdownIt();

/** Splits a fence's info string. */
export function parseInfo(info: string): { readonly language: string; readonly marks: readonly string[] } {
  const [language = '', ...marks] = info.trim().split(/\s+/);
  return { language, marks };
}

/** The file name that the first line of a block gives it, such as `// walk.tsx`. */
export const nameIn = (code: string): string | undefined => /^(?:\/\/|<!--) ([\w./-]+\.\w+)(?: -->)?\n/.exec(code)?.[1];

/** Finds the code blocks of Markdown, including those in lists, without indentation, as readers see them. */
export function codeBlocksIn(markdown: string, source: string, firstLine = 1): CodeBlock[] {
  return parser.parse(markdown, {}).flatMap(({ type, info, content, map }) => {
    if (type !== 'fence' && type !== 'code_block') return [];
    const line = (map?.[0] ?? 0) + firstLine + (type === 'fence' ? 1 : 0);
    return [{ source, line, ...parseInfo(info), code: content }];
  });
}

/** Finds the code blocks of `@example` tags in a TypeScript file. */
export function exampleBlocksIn(text: string, source: string): CodeBlock[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((match) => {
    const lines = match[0].split('\n').map((line) => line.replace(/^\s*(\/\*\*|\*\/|\* ?)/, '').replace(/\s*\*\/$/, ''));
    const start = lines.findIndex((line) => line.startsWith('@example'));
    if (start < 0) return [];
    const before = text.slice(0, match.index).split('\n').length + start;
    return codeBlocksIn(lines.slice(start).join('\n').replace('@example', '        ').trimEnd(), source, before);
  });
}
