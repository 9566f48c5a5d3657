import type { Plugin } from 'vite';
import type { StoredDatabase } from '../../stored-versions/stored-database.ts';
import { must } from './look.ts';

/** The upgrade step to the next version of the database: one more store, and every row of the history rewritten. */
const STEP = `
  if (from < 2) {
    database.createObjectStore('added');
    (async () => {
      const history = transaction.objectStore('history');
      for (const key of await history.getAllKeys()) await history.put({ ...(await history.get(key)), migrated: 2 });
    })();
  }
}`;

/** Gives a build the database's next version, which the present one does not know. */
export const newerDatabase: Plugin = {
  name: 'newer-database',
  transform(code, id) {
    if (!id.endsWith('/src/storage/indexeddb/schema.ts')) return undefined;
    const rewritten = code
      .replace(/(export const DATABASE_VERSION = )1\b/, '$12')
      .replace(/(export function upgrade\([\s\S]*?)\n\}/, (_all, start: string) => start + STEP);
    if (!rewritten.includes('migrated: 2') || !rewritten.includes('DATABASE_VERSION = 2')) {
      throw new Error('the upgrade of the database is not where it was');
    }
    return { code: rewritten, map: null };
  },
};

/** A row as it was before the upgrade marked it. */
function withoutMark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { migrated: _mark, ...rest } = value as Record<string, unknown>;
  return rest;
}

/**
 * Fails unless a database is complete: either as before the upgrade, or as it must be after it.
 *
 * @param before as it was
 * @param when for the message
 * @returns its version
 */
export function mustBeWhole(found: StoredDatabase, before: StoredDatabase, when: string): number {
  const rowsOf = (database: StoredDatabase): Map<string, readonly { readonly value: unknown }[]> =>
    new Map(database.stores.map(({ name, rows }) => [name, rows]));
  const [now, then] = [rowsOf(found), rowsOf(before)];
  const isNew = found.version === 2;
  must(isNew || found.version === before.version, `${when}: the database has the version ${found.version}`);
  must(now.has('added') === isNew, `${when}: version ${found.version} ${isNew ? 'lacks' : 'has'} the new store`);
  const history = now.get('history') ?? [];
  const migrated = history.filter(({ value }) => (value as { migrated?: number }).migrated === 2).length;
  must(migrated === (isNew ? history.length : 0), `${when}: ${migrated} of ${history.length} rows are migrated in version ${found.version}`);
  for (const [store, rows] of then) {
    const kept = now.get(store) ?? [];
    const isSame = JSON.stringify(kept.map(({ value }) => withoutMark(value))) === JSON.stringify(rows.map(({ value }) => value));
    must(isSame, `${when}: ${store} is not as it was; it has ${kept.length} rows, and had ${rows.length}`);
  }
  return found.version;
}
