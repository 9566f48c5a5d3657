import { readdir } from 'node:fs/promises';
import type { Row } from '../kit/row.ts';

/** All rows, by their numbers: each file of this folder exports some as `rows`. */
export async function allRows(): Promise<readonly Row[]> {
  const files = (await readdir(new URL('.', import.meta.url))).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  const modules = await Promise.all(files.map(async (name) => import(/* @vite-ignore */ `./${name}`) as Promise<{ rows?: readonly Row[] }>));
  return modules.flatMap(({ rows = [] }) => rows).sort((a, b) => a.row - b.row);
}
