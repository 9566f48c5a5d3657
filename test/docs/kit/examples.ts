import { codeBlocksIn, exampleBlocksIn, nameIn, type CodeBlock } from '../../../docs/site/code-blocks.ts';
import { readEntries } from '../../../docs/site/api/read-entries.ts';
import { filesUnder, kindOf, readText } from '../../../docs/site/repository.ts';
import { isExcerpt } from './excerpts.ts';

/** Where an example is to run: each has other globals. */
export type Realm = 'page' | 'worker' | 'core' | 'node';

/** A piece of a block that a compiler takes, as a file of its own. */
export interface Example {
  readonly block: CodeBlock;
  readonly realm: Realm;
  /** Its file: in a folder of its page, under the name that its first line gives it, so that others there can import it. */
  readonly file: string;
  readonly code: string;
  /** Per line of `code`, the line of the source that it is from. */
  readonly origins: readonly number[];
}

/** Files whose blocks are examples, beside all of `docs/`. */
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** Every code block of the documentation: the pages', and those of the comments in the sources. */
export function allBlocks(): CodeBlock[] {
  const pages = [...PAGES, ...filesUnder('docs', '.md')].filter((path) => kindOf(path) === 'file');
  const folders = new Set(['src', 'sw', ...readEntries().map(({ source }) => source.split('/')[0] ?? '')]);
  const sources = [...folders].flatMap((folder) => filesUnder(folder, '.ts', '.tsx'));
  return [
    ...pages.flatMap((path) => codeBlocksIn(readText(path), path)),
    ...sources.flatMap((path) => exampleBlocksIn(readText(path), path)),
  ];
}

/** The languages that are compiled, and the ending that tells the compiler which. */
const ENDINGS: Readonly<Record<string, string>> = { ts: 'ts', tsx: 'tsx', js: 'js', jsx: 'jsx', html: 'js', vue: 'js', svelte: 'js' };
const WITH_SCRIPTS = ['html', 'vue', 'svelte'];

interface Script {
  readonly code: string;
  readonly line: number;
  readonly isTyped: boolean;
}

/** The scripts that are written inside markup. */
function scriptsIn({ code, line }: CodeBlock): Script[] {
  return [...code.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)].flatMap(({ 1: attributes = '', 2: body = '', index }) => {
    // An import map, or data, is no script.
    if (/\bsrc=|\btype="(?!module)/.test(attributes) || body.trim() === '') return [];
    const before = code.slice(0, index).split('\n').length - 1;
    return [{ code: body, line: line + before, isTyped: /\blang="ts"/.test(attributes) }];
  });
}

const isMarked = ({ marks }: CodeBlock, mark: string): boolean => marks.includes(mark);

/** What is imported by tests and by configurations of build tools. */
const NODE_MODULES = ['vitest', 'vite', 'nudgeloop/vite'];

function realmOf(block: CodeBlock, code: string): Realm {
  for (const realm of ['page', 'worker', 'core', 'node'] as const) if (isMarked(block, realm)) return realm;
  const imports = [...code.matchAll(/\bfrom\s+['"]([^'"]+)['"]/g)].map(([, name = '']) => name);
  if (imports.includes('nudgeloop/worker') || code.includes('importScripts(')) return 'worker';
  if (imports.some((name) => name.startsWith('node:') || NODE_MODULES.includes(name))) return 'node';
  const isCore = (name: string): boolean => ['nudgeloop/core', 'nudgeloop/testing'].includes(name);
  return imports.length > 0 && imports.every(isCore) ? 'core' : 'page';
}

function linesFrom(code: string, first: number): number[] {
  return code.split('\n').map((_line, index) => first + index);
}

/** Whether a block is compiled: it is of a language that can be, and neither a fragment nor part of a file that is compiled anyway. */
export const isCompiled = (block: CodeBlock): boolean => block.language in ENDINGS && !isMarked(block, 'fragment') && !isExcerpt(block);

/** Makes files of the blocks that are compiled. One that continues another has that one's code before it. */
export function examplesOf(blocks: readonly CodeBlock[]): Example[] {
  const taken = new Set<string>();
  let before: { code: string; origins: readonly number[]; source: string } | undefined;
  return blocks.filter(isCompiled).flatMap((block) => {
    const { source, line, language } = block;
    const isMarkup = WITH_SCRIPTS.includes(language);
    const scripts = isMarkup ? scriptsIn(block) : [{ code: block.code, line, isTyped: false }];
    return scripts.map((script, index): Example => {
      const goesOn = isMarked(block, 'continues') && before?.source === source ? before : undefined;
      const code = `${goesOn?.code ?? ''}${script.code}`;
      const origins = [...(goesOn?.origins.slice(0, -1) ?? []), ...linesFrom(script.code, script.line)];
      before = { code, origins, source };
      const ending = script.isTyped ? 'ts' : ENDINGS[language];
      const given = nameIn(block.code);
      const folder = source.replaceAll(/[^\w-]/g, '_');
      const isWhole = given !== undefined && /\.[jt]sx?$/.test(given);
      const wanted = isWhole ? given : `${given ?? `line-${line}${index === 0 ? '' : `-${index}`}`}.${ending}`;
      // A page may show two states of one file.
      const file = taken.has(`${folder}/${wanted}`) ? `${folder}/line-${line}/${wanted}` : `${folder}/${wanted}`;
      taken.add(file);
      return { block, realm: realmOf(block, code), file, code, origins };
    });
  });
}

/** Where a reader finds an example. */
export const placeOf = ({ source, line }: CodeBlock): string => `${source}:${line}`;
