import { kindOf, readText } from '../repository.ts';

/** An entry of the package, and the source that it is built from. */
export interface EntrySource {
  readonly name: string;
  readonly slug: string;
  readonly source: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>;
}

/**
 * The entries that package.json exports with types, in its order. So a new one appears on the site without another
 * list.
 */
export function readEntries(): EntrySource[] {
  const { name, exports } = JSON.parse(readText('package.json')) as Manifest;
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string' || target.types === undefined) return [];
    const stem = target.types.replace('./dist/types/', '').replace(/\.d\.ts$/, '');
    const source = [`${stem}.ts`, `${stem}.tsx`].find((candidate) => kindOf(candidate) === 'file');
    if (source === undefined) throw new Error(`package.json exports ${path}, but there is no source for ${target.types}.`);
    const rest = path === '.' ? '' : path.slice(1);
    return [{ name: `${name}${rest}`, slug: rest === '' ? name : rest.slice(1).replaceAll('/', '-'), source }];
  });
}
