import { open, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EngineName } from '../engines/engine.ts';
import type { Random } from './random.ts';

/** The files of a site's databases in a profile, as a bad disk would treat them. Nobody may have them open. */
export interface StoredFiles {
  /** How the browser stores them. */
  readonly kind: 'leveldb' | 'sqlite';
  /** Writes garbage over what was written, from a third of it on: a broken log. */
  spoilLog(): Promise<void>;
  /** Writes garbage over the file without which nothing can be read. */
  spoilHead(): Promise<void>;
  /** Cuts what was written last, by half of all. */
  cutLog(): Promise<void>;
  /** Makes the next open fail, and loses nothing. */
  block(): Promise<void>;
  /** Undoes `block`. */
  unblock(): Promise<void>;
}

/** Firefox keeps each database in a file; Chromium a folder for each origin. */
const FOLDERS: Readonly<Record<EngineName, RegExp>> = {
  chromium: /\.indexeddb\.(leveldb|sqlite)$/,
  firefox: /storage\/default\/http\+\+\+localhost[^/]*\/idb$/,
};

/**
 * Finds the databases of the one site that a profile knows.
 *
 * @param engine whose profile
 * @param profile its folder
 * @param random makes the garbage
 * @throws Error when there are none, or several
 */
export async function findStoredFiles(engine: EngineName, profile: string, random: Random): Promise<StoredFiles> {
  const all = await readdir(profile, { recursive: true, withFileTypes: true });
  const folders = all.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const [folder, ...others] = folders.filter((path) => FOLDERS[engine].test(path));
  if (folder === undefined || others.length > 0) throw new Error(`${others.length + 1} folders of databases, where one was looked for`);
  const list = async (pattern: RegExp): Promise<string[]> =>
    (await readdir(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));

  const kind = (await list(/^CURRENT$/)).length > 0 ? 'leveldb' : 'sqlite';
  const logs = kind === 'leveldb' ? /\.log$/ : /\.sqlite(-wal)?$|^[^.]+(-wal)?$/;
  const away = `${dirname(folder)}/${basename(folder)}.away`;

  /** The same on each file, of which there must be one. */
  const onEach = async (pattern: RegExp, change: (path: string, size: number) => Promise<void>): Promise<void> => {
    const paths = await list(pattern);
    if (paths.length === 0) throw new Error(`there is no ${String(pattern)} in ${basename(folder)}`);
    for (const path of paths) {
      const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
      if (isFile) await change(path, size);
    }
  };
  const garbage = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => random.between(0, 255)));

  return {
    kind,
    spoilLog: () => onEach(logs, (path, size) => overwrite(path, Math.floor(size / 3), garbage(size - Math.floor(size / 3)))),
    spoilHead: () =>
      onEach(kind === 'leveldb' ? /^CURRENT$/ : logs, (path, size) => writeFile(path, garbage(Math.max(size, 16)))),
    cutLog: () => onEach(logs, (path, size) => truncate(path, Math.floor(size / 2))),
    async block() {
      if (kind === 'leveldb') return onEach(/^MANIFEST-/, (path) => rename(path, join(dirname(folder), `${basename(path)}.away`)));
      // A file where a folder should be: no right of any user gets past that.
      await rename(folder, away);
      await writeFile(folder, '');
    },
    async unblock() {
      if (kind !== 'leveldb') {
        await rm(folder, { force: true });
        return rename(away, folder);
      }
      for (const name of await readdir(dirname(folder))) {
        if (name.endsWith('.away')) await rename(join(dirname(folder), name), join(folder, name.slice(0, -'.away'.length)));
      }
    },
  };
}

async function overwrite(path: string, from: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, from);
  } finally {
    await file.close();
  }
}
