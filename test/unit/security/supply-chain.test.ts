import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface LockedPackage {
  /** Where it is another than that of the folder: an alias. */
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Development packages that may run code of their own when they are installed, and why. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  fsevents: "optional, on macOS only: builds the file watcher of the test runner's server",
};

/** Licences of what an app gets with the package: each lets an app of any kind bundle it. */
const LICENCES: ReadonlySet<string> = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);

/** Our own scripts that npm runs unasked, and why none of them runs where the published package is installed. */
const OWN_SCRIPTS: Readonly<Record<string, string>> = {
  prepack: 'builds, before `npm pack` and `npm publish` on the machine of whoever packs: dist is not in the repository',
  prepublishOnly: 'looks whether a release may go out, before `npm publish` on the machine of whoever publishes',
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Whether npm runs something of an installed package; what is to be compiled it builds even without a script. */
function isRunAtInstall(path: string): boolean {
  const { scripts = {} } = JSON.parse(read(join(path, 'package.json'))) as { readonly scripts?: Readonly<Record<string, string>> };
  return ['preinstall', 'install', 'postinstall'].some((script) => script in scripts) || existsSync(join(root, path, 'binding.gyp'));
}

describe('what is installed', () => {
  test('is what was looked at: every package has its hash', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true).map(([path]) => path)).toEqual([]);
  });

  test('comes from the registry that npm is set to, and from no repository, address or folder', () => {
    // npm is told to leave out where a package of the registry was found; of any other it notes it all the same.
    const settings = read('.npmrc');
    expect(settings).toContain('omit-lockfile-registry-resolved=true');
    expect(settings).not.toMatch(/^(@[^:]+:)?registry\b/m);
    expect(locked.filter(([, { resolved, link }]) => resolved !== undefined || link === true).map(([path]) => path)).toEqual([]);
  });

  test('is what its name says: no package stands in for another', () => {
    expect(locked.filter(([path, { name = nameOf(path) }]) => name !== nameOf(path)).map(([path]) => path)).toEqual([]);
  });

  test('is one version each here; an app may take a later one that keeps the promises of the one that was tested', () => {
    const tested = (name: string): string | undefined => lock.packages[`node_modules/${name}`]?.version;
    expect(Object.entries(manifest.devDependencies).filter(([name, version]) => version !== tested(name))).toEqual([]);
    expect(Object.entries(manifest.dependencies).filter(([name, range]) => range !== `^${tested(name)}`)).toEqual([]);
  });

  test('runs nothing when it is installed', () => {
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(running.filter(([path, { dev }]) => dev !== true || !(nameOf(path) in INSTALL_SCRIPTS)).map(([path]) => path)).toEqual([]);
    // What is on the disk is asked too: the flag in the lock file is what a registry says.
    const found = locked.filter(([path]) => existsSync(join(root, path, 'package.json')));
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(([path]) => isRunAtInstall(path) && !(nameOf(path) in INSTALL_SCRIPTS)).map(([path]) => path)).toEqual([]);
    const unasked = Object.keys(manifest.scripts).filter((script) => /^(pre|post)|install|^prepare$|^prepublish/.test(script));
    expect(unasked.filter((script) => !(script in OWN_SCRIPTS))).toEqual([]);
  });
});

test('what is packed or published is built first, also from a fresh clone', () => {
  expect(manifest.scripts['prepack']).toBe('npm run build');
  expect(manifest.scripts['build']).toContain('vite build');
});

describe('an app that installs Nudgeloop', () => {
  const shipped = locked.filter(([, { dev }]) => dev !== true);

  test('gets four packages and what these bring, six in all, and nothing else', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['comlink', 'idb', 'workbox-window', 'zod']);
    expect(shipped.map(([path]) => nameOf(path)).sort()).toEqual(['@types/trusted-types', 'comlink', 'idb', 'workbox-core', 'workbox-window', 'zod']);
    expect(lock.packages['']?.dependencies).toEqual(manifest.dependencies);
  });

  test('may have any React and Vite, or none', () => {
    // npm refuses to install beside another version than a peer's range has, even if the entry for it is never imported.
    expect(manifest.peerDependencies).toEqual({ react: '*', vite: '*' });
    expect(manifest.peerDependenciesMeta).toEqual({ react: { optional: true }, vite: { optional: true } });
  });

  test('may bundle each of them, whatever its own licence is', () => {
    expect(shipped.filter(([, { license = 'none' }]) => !LICENCES.has(license)).map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });
});

describe('the sources', () => {
  const files = ['src', 'sw'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const codeOf = (path: string): string => read(path).replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');

  test.each([
    ['send nothing', /\bfetch\s*\(|\bXMLHttpRequest\b|\bsendBeacon\b|\bWebSocket\b|\bWebTransport\b|\bEventSource\b|\bRTCPeerConnection\b|\bnew Image\b/],
    ['run no text as code', /\beval\b|\bnew\s+Function\b|\bimportScripts\b|\bset(?:Timeout|Interval)\s*\(\s*['"`]|['"`](?:blob|data|javascript):/],
    ['write no markup', /\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b|\bDOMParser\b|\bcreateContextualFragment\b/],
    ['listen to no other window', /\bwindow\.addEventListener\(\s*['"]message['"]|\bonmessage\b/],
    ['answer no request of the app', /['"]fetch['"]|\bskipWaiting\s*\(|\bclients\.claim\b/],
  ])('%s', (_promise, breach) => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((path) => breach.test(codeOf(path)))).toEqual([]);
  });
});
