import type { CodeBlock } from '../../../docs/site/code-blocks.ts';
import { filesUnder, readText } from '../../../docs/site/repository.ts';

/** Without indentation, by which an excerpt may differ from where it was taken. */
const plain = (code: string): string => code.split('\n').map((line) => line.trim()).join('\n').trim();

let files: readonly string[] | undefined;

/**
 * Whether a block is part of a file of the tests, word for word: there it is compiled and run already, with all that it
 * needs around it. Short ones may be alike by accident.
 */
export function isExcerpt({ code, source }: CodeBlock): boolean {
  if (!source.endsWith('.md') || plain(code).length < 60) return false;
  files ??= filesUnder('test', '.ts', '.tsx').map((path) => plain(readText(path)));
  return files.some((text) => text.includes(plain(code)));
}
