import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Whether a path of the repository is a file or a folder. */
export function kindOf(path: string): 'file' | 'folder' | undefined {
  const full = join(root, path);
  if (!existsSync(full)) return undefined;
  return statSync(full).isDirectory() ? 'folder' : 'file';
}

/** What is directly in a folder, sorted; folders end with a slash. Empty if there is no such folder. */
export function listFolder(path: string): string[] {
  if (kindOf(path) !== 'folder') return [];
  return readdirSync(join(root, path), { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

/** The paths of all files below a folder with one of the given endings, sorted. */
export function filesUnder(folder: string, ...endings: readonly string[]): string[] {
  return listFolder(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name.endsWith('/')) return filesUnder(path.slice(0, -1), ...endings);
    return endings.some((ending) => name.endsWith(ending)) ? [path] : [];
  });
}
