import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../fixtures', import.meta.url));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const read = (name: string, file: string): string => readFileSync(join(root, name, file), 'utf8');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly integrity?: string; readonly inBundle?: boolean }>>;
}

describe.each(names)('the fixture %s', (name) => {
  test('pins what it installs, and has the package from the tarball alone', () => {
    const { dependencies, devDependencies } = JSON.parse(read(name, 'package.json')) as Manifest;
    const wanted = Object.entries({ ...dependencies, ...devDependencies });
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(wanted.map(([dependency]) => dependency)).not.toContain('nudgeloop');
  });

  test('has a lock file that names no host', () => {
    expect(read(name, '.npmrc')).toContain('omit-lockfile-registry-resolved=true');
    const { packages } = JSON.parse(read(name, 'package-lock.json')) as Lock;
    const { '': _app, ...installed } = packages;
    // What is part of another package's tarball is checked with that.
    expect(Object.values(installed).filter(({ resolved, integrity, inBundle }) => resolved !== undefined || (integrity === undefined && inBundle !== true))).toEqual([]);
  });
});
