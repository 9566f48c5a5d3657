import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeBlocksIn, nameIn } from '../../docs/site/code-blocks.ts';
import { readText, root } from '../../docs/site/repository.ts';

/** One block of code of a guide or a recipe, as a file. */
export interface GuideFile {
  /** What its first line says, or its place if that says nothing. */
  readonly name: string;
  readonly code: string;
}

/**
 * All blocks of code of a page of the docs. Whether they compile is a matter of `test/docs`.
 *
 * @param page such as `guides/vue`
 */
export function guideFiles(page: string): GuideFile[] {
  const source = `docs/${page}.md`;
  return codeBlocksIn(readText(source), source).map(({ code, language, line }) => ({ name: nameIn(code) ?? `line-${line}.${language}`, code }));
}

/**
 * Writes files of a guide to be run.
 *
 * @returns their folder, which was emptied before
 */
export async function writeGuide(page: string, files: readonly GuideFile[]): Promise<string> {
  const folder = join(root, '.cache', page);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, code } of files) await writeFile(join(folder, name), code);
  return folder;
}
