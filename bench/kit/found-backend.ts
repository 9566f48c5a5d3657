import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How every SQLite file begins. */
const SQLITE = 'SQLite format 3';

/** Chromium's folder in a profile, or Firefox's in that of an origin. */
const PLACE = /IndexedDB|[/\\]storage[/\\]default[/\\][^/\\]+[/\\]idb[/\\]/;

/**
 * Looks at a profile for how IndexedDB is stored: a browser that does not know a feature ignores its flag in silence.
 *
 * @returns `LevelDB`, `SQLite`, both of them or `nothing`
 */
export async function foundBackend(profile: string): Promise<string> {
  const entries = await readdir(profile, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = new Set<string>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!PLACE.test(path)) continue;
    if (entry.isDirectory() && entry.name.endsWith('.leveldb')) found.add('LevelDB');
    if (entry.isFile() && entry.name === 'CURRENT') found.add('LevelDB');
    if (entry.isFile() && (await beginOf(path)) === SQLITE) found.add('SQLite');
  }
  return found.size === 0 ? 'nothing' : [...found].sort().join(' and ');
}

async function beginOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SQLITE.length), 0, SQLITE.length, 0);
  await file.close();
  return buffer.subarray(0, bytesRead).toString('latin1');
}
