import { open, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EngineName } from '../engines/engine.ts';
import type { Random } from './random.ts';

/** The files of a site's databases in a profile, and what a bad disk does to them. Nobody may have them open. */
export interface StoredFiles {
  /** The format in which the browser stores them. */
  readonly kind: 'leveldb' | 'sqlite';
  /** Overwrites what was written with garbage, except for the first third: a broken log. */
  spoilLog(): Promise<void>;
  /** Overwrites with garbage the file that every read needs. */
  spoilHead(): Promise<void>;
  /** Cuts off the later half of what was written. */
  cutLog(): Promise<void>;
  /** Makes the next open fail, without any loss. */
  block(): Promise<void>;
  unblock(): Promise<void>;
}

/** Firefox has a file for each database, Chromium a folder for each origin. */
const FOLDERS: Readonly<Record<EngineName, RegExp>> = {
  chromium: /\.indexeddb\.(leveldb|sqlite)$/,
  firefox: /storage\/default\/http\+\+\+localhost[^/]*\/idb$/,
};

/**
 * Finds the databases of the only site in a profile.
 *
 * @param engine the engine of the profile
 * @param profile its folder
 * @param random makes the garbage
 * @throws Error if there are none, or several
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

  /** Changes each matching file; there must be at least one. */
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
      // A file in place of a folder: no user's rights get past that.
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
