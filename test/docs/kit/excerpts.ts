import { nameIn, type CodeBlock } from '../../../docs/site/code-blocks.ts';
import { filesUnder, readText } from '../../../docs/site/repository.ts';

/** Without indentation, by which an excerpt may differ from where it was taken. */
const plain = (code: string): string => code.split('\n').map((line) => line.trim()).join('\n').trim();

/** Where. Of the sample apps those whose tools are not installed here: what others share with a guide is compiled here too. */
const FOLDERS = ['test', 'fixtures/next', 'fixtures/next-export', 'fixtures/pwa', 'fixtures/pwa-beside', 'fixtures/astro'];

let files: readonly string[] | undefined;

/** Without its first line, if that gives the name of a file: there the file has it itself. */
const unnamed = (code: string): string => (nameIn(code) === undefined ? code : code.slice(code.indexOf('\n') + 1));

/**
 * Whether a block is part of a file of the tests or of a sample app, word for word: there it is compiled and run already, with all
 * that it needs around it. Short ones may be alike by accident.
 */
export function isExcerpt({ code, source }: CodeBlock): boolean {
  const excerpt = plain(unnamed(code));
  if (!source.endsWith('.md') || excerpt.length < 60) return false;
  files ??= FOLDERS.flatMap((folder) => filesUnder(folder, '.ts', '.tsx', '.mjs', '.astro')).map((path) => plain(readText(path)));
  return files.some((text) => text.includes(excerpt));
}
