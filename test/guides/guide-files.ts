import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Where the code of the guides is written to be compiled. */
export const GUIDE_CODE = at('.cache/guides');

/** One block of code, as a file: its first line is a comment with the name, or it is called after its place. */
export interface GuideFile {
  readonly name: string;
  readonly code: string;
}

/** Names of all guides, without `.md`. */
export async function guideNames(): Promise<string[]> {
  return (await readdir(at('docs/guides'))).filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -3)).sort();
}

/** All blocks of code of a guide. */
export async function guideFiles(guide: string): Promise<GuideFile[]> {
  const text = await readFile(at(`docs/guides/${guide}.md`), 'utf8');
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(([, indent = '', language = '', body = ''], index) => {
    const code = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    const name = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/.exec(code)?.[1];
    return { name: name ?? `block-${index + 1}.${language}`, code };
  });
}

/** Writes files of a guide to be compiled, in a folder that was emptied before. */
export async function writeGuide(guide: string, files: readonly GuideFile[]): Promise<string> {
  const folder = join(GUIDE_CODE, guide);
  await rm(folder, { recursive: true, force: true });
  for (const { name, code } of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), code);
  }
  return folder;
}
