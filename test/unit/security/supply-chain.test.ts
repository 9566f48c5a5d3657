import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface LockedPackage {
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
  readonly scripts: Readonly<Record<string, string>>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Development packages that may run code of their own when they are installed, and why. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  fsevents: "optional, on macOS only: builds the file watcher of the test runner's server",
};

/** Our own scripts that npm runs unasked, and why none of them runs where the published package is installed. */
const OWN_SCRIPTS: Readonly<Record<string, string>> = {
  prepack: 'builds, before `npm pack` and `npm publish` on the machine of whoever packs: dist is not in the repository',
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('what is installed', () => {
  test('is what was looked at: every package has its hash', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true).map(([path]) => path)).toEqual([]);
  });

  test('comes from the public registry', () => {
    const hosts = locked.flatMap(([, { resolved }]) => (resolved === undefined ? [] : [new URL(resolved).origin]));
    expect(hosts.filter((host) => host !== 'https://registry.npmjs.org')).toEqual([]);
    expect(locked.filter(([, { link }]) => link === true)).toEqual([]);
  });

  test('runs nothing when it is installed', () => {
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(running.filter(([path, { dev }]) => dev !== true || !(nameOf(path) in INSTALL_SCRIPTS)).map(([path]) => path)).toEqual([]);
    const unasked = Object.keys(manifest.scripts).filter((script) => /^(pre|post)|install|^prepare$|^prepublish/.test(script));
    expect(unasked.filter((script) => !(script in OWN_SCRIPTS))).toEqual([]);
  });
});

test('what is packed or published is built first, also from a fresh clone', () => {
  expect(manifest.scripts['prepack']).toBe('npm run build');
  expect(manifest.scripts['build']).toContain('vite build');
});

test('an app that installs Nudgeloop gets four packages and what these bring, and nothing else', () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual(['comlink', 'idb', 'workbox-window', 'zod']);
  const shipped = locked.filter(([, { dev }]) => dev !== true).map(([path]) => nameOf(path));
  expect(shipped.sort()).toEqual(['@types/trusted-types', 'comlink', 'idb', 'workbox-core', 'workbox-window', 'zod']);
  expect(Object.values(lock.packages['']?.dependencies ?? {})).toEqual(Object.values(manifest.dependencies));
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
