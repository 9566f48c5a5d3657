import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * The build of page and worker: the version, and a checksum of everything that is built into them. The same sources
 * give the same id on every machine, on every day.
 */
export async function buildId() {
  const { version } = JSON.parse(await readFile(at('package.json'), 'utf8'));
  const sources = await Promise.all(
    ['src', 'sw'].map(async (folder) => {
      const names = await readdir(at(folder), { recursive: true });
      return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
    }),
  );
  const hash = createHash('sha256');
  // The lock file too: the copied scripts have the dependencies inside.
  for (const path of [...sources.flat().sort(), 'vite.config.ts', 'package-lock.json']) {
    hash.update(`${path}\n${(await readFile(at(path), 'utf8')).replaceAll('\r\n', '\n')}\n`);
  }
  return `${version}+${hash.digest('hex').slice(0, 8)}`;
}
