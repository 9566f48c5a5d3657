import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The import law: who may import whom. The compiler keeps the realms apart; this keeps the stages apart.
const everywhere = ['errors', 'model', 'log', 'clock', 'system'];
const loop = ['loop/strategies', 'loop/state', 'loop/commit', 'loop/processing', 'loop/sources'];
const stages = [...everywhere, 'events', 'storage', 'loop', ...loop];
const hosts = [...stages, 'protocol', 'host', 'storage/indexeddb'];
const law: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  clock: ['errors'],
  system: ['clock'],
  log: ['errors', 'clock'],
  model: ['errors', 'log'],
  protocol: everywhere,
  events: everywhere,
  storage: everywhere,
  'storage/indexeddb': [...everywhere, 'storage'],
  // A strategy knows nothing of storage; what a transaction changes, nothing of how it is committed, or when.
  'loop/strategies': everywhere,
  'loop/state': [...everywhere, 'storage', 'loop/strategies'],
  'loop/commit': [...everywhere, 'storage', 'loop/state'],
  'loop/processing': [...everywhere, 'storage', 'loop/strategies', 'loop/state', 'loop/commit'],
  'loop/sources': [...everywhere, 'storage', 'loop/state', 'loop/commit', 'loop/processing'],
  loop: [...everywhere, 'events', 'storage', ...loop],
  // The whole product, in a browser of its own; nobody imports it.
  testing: [...hosts, 'page', 'page/worker', 'page/session', 'sw'],
  host: [...stages, 'protocol'],
  // Who the client is; the other parts of the page know its types and its realm.
  page: [...hosts, 'page/worker', 'page/session', 'page/loop'],
  'page/worker': [...everywhere, 'protocol', 'page'],
  'page/session': [...hosts, 'page', 'page/worker'],
  // A loop knows the session that it shares with others, and nothing of workers.
  'page/loop': [...everywhere, 'protocol', 'page', 'page/session'],
  // What frameworks read of the page's client; nobody imports it but the framework entries.
  store: ['model', 'page'],
  react: ['model', 'protocol', 'page', 'store'],
  sw: hosts,
  'vite-plugin': [],
  'src/index.ts': [...hosts, 'page', 'page/worker'],
  'src/core.ts': hosts,
  'src/testing.ts': [...stages, 'page', 'testing'],
  'src/store.ts': ['store'],
  'src/react.ts': ['react'],
};
const barrels = ['src/index.ts', 'src/core.ts', 'src/testing.ts', 'src/store.ts', 'src/react.ts', 'sw/index.ts', 'vite-plugin/nudgeloop.ts'];

/** The one door of each dependency. */
const doors: Readonly<Record<string, RegExp>> = {
  comlink: /^src\/page\/worker\/connection\.ts$/,
  idb: /^src\/storage\/indexeddb\//,
  // By its full path: what the package names as its main is CommonJS to Node, where the page entry must load too.
  'workbox-window/build/workbox-window.prod.mjs': /^src\/page\/worker\/registrar\.ts$/,
  // The types of the above.
  'workbox-window': /^src\/page\/worker\/workbox-window\.d\.ts$/,
  'zod/v4/core': /^src\/model\/schema\.ts$/,
  // A peer of the package: only who imports `nudgeloop/react` needs it.
  react: /^src\/react\//,
  // Types only: the app's own Vite calls the plugin.
  vite: /^vite-plugin\//,
  'node:fs/promises': /^vite-plugin\//,
  'node:http': /^vite-plugin\//,
};

/** Where the machine's clock and randomness may be read; everyone else is handed a `Clock` and an `IdSource`. */
const realmAdapters = /^(src\/system[^/]*\.ts|src\/page\/|sw\/)/;

const root = fileURLToPath(new URL('../..', import.meta.url));

function filesUnder(folder: string, ending = '.ts'): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith(ending));
}

function codeOf(path: string): string {
  const source = readFileSync(join(root, path), 'utf8');
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function importsIn(code: string): string[] {
  return [...code.matchAll(/(?<!['"])\b(?:from|import)\s*\(?\s*['"]([^'",\s]+)['"]/g)].map(([, specifier = '']) => specifier);
}

function layerOf(path: string): string {
  if (path.startsWith('src/storage/indexeddb/')) return 'storage/indexeddb';
  if (barrels.includes(path)) return path.startsWith('src/') ? path : dirname(path);
  const [top = '', second = ''] = path.split('/');
  if (top !== 'src') return top;
  const stage = [...loop, 'page/worker', 'page/session', 'page/loop'].find((folder) => path.startsWith(`src/${folder}/`));
  if (stage !== undefined) return stage;
  return second.startsWith('system') ? 'system' : second.replace('.ts', '');
}

function breachOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    return doors[specifier]?.test(path) ? undefined : `${path} imports ${specifier}, whose door is elsewhere`;
  }
  const target = normalize(join(dirname(path), specifier));
  if (barrels.includes(target)) return `${path} imports the barrel ${target}`;
  const [from, to] = [layerOf(path), layerOf(target)];
  return from === to || law[from]?.includes(to) ? undefined : `${path} (${from}) imports ${target} (${to})`;
}

const product = [...filesUnder('src'), ...filesUnder('sw'), ...filesUnder('vite-plugin')];
const command = filesUnder('cli', '.mjs');

test('finds every way to write an import', () => {
  const code = `import type { A } from './a.ts';\nimport './b.ts';\nexport * from "./c.ts";\nawait import('./d.ts');\nimport {\n  e,\n} from './e.ts';\nconst words = ['import', 'from'];`;
  expect(importsIn(code)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
});

test('tells a lawful import from a breach', () => {
  expect(breachOf('src/loop/strategies/judge.ts', '../../model/goal.ts')).toBeUndefined();
  expect(breachOf('src/loop/strategies/judge.ts', '../state/loop-state.ts')).toContain('(loop/state)');
  expect(breachOf('src/storage/segments.ts', '../loop/import-loop.ts')).toContain('(loop)');
  expect(breachOf('src/page/client.ts', '../../sw/endpoint.ts')).toContain('(sw)');
  expect(breachOf('src/page/loop/greeting.ts', '../worker/registration.ts')).toContain('(page/worker)');
  expect(breachOf('src/loop/import-loop.ts', '../core.ts')).toContain('barrel');
  expect(breachOf('src/loop/strategies/judge.ts', 'idb')).toContain('door');
  expect(breachOf('src/model/goal.ts', 'zod')).toContain('door');
});

test('the product keeps the import law', () => {
  const breaches = product.flatMap((path) => importsIn(codeOf(path)).map((specifier) => breachOf(path, specifier)));
  expect(breaches.filter((breach) => breach !== undefined)).toEqual([]);
});

/** All files that a file brings with it. */
function reachedFrom(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const specifier of importsIn(codeOf(path))) {
    if (specifier.startsWith('.')) reachedFrom(normalize(join(dirname(path), specifier)), found);
  }
  return found;
}

test('what is for tests reaches no app', () => {
  const entries = ['src/index.ts', 'src/core.ts', 'sw/index.ts', 'sw/service-worker.ts'];
  const reached = entries.flatMap((entry) => [...reachedFrom(entry)]);
  expect(reached).toContain('src/page/session/in-page-host.ts');
  expect(reached.filter((path) => path.startsWith('src/testing'))).toEqual([]);
});

test('the command needs nothing but Node', () => {
  expect(command.length).toBeGreaterThan(3);
  expect(command.flatMap((path) => importsIn(codeOf(path))).filter((specifier) => !/^(node:|\.\/)/.test(specifier))).toEqual([]);
});

test('the Vite plugin loads without Vite', () => {
  const code = filesUnder('vite-plugin').map(codeOf).join('\n');
  expect(code.match(/^.*from 'vite'.*$/gm)?.filter((line) => !line.startsWith('import type'))).toEqual([]);
});

test('the demo imports public entries only', () => {
  const breaches = filesUnder('demo').flatMap((path) =>
    importsIn(codeOf(path))
      .filter((specifier) =>
        specifier.startsWith('.')
          ? !normalize(join(dirname(path), specifier)).startsWith('demo/')
          : specifier.startsWith('nudgeloop') && !['nudgeloop', 'nudgeloop/core', 'nudgeloop/worker'].includes(specifier),
      )
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(breaches).toEqual([]);
});

test('time and randomness are arguments', () => {
  const ambient = /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\s*\)|\bDate\(\s*\)/;
  expect(product.filter((path) => !realmAdapters.test(path) && ambient.test(codeOf(path)))).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  const lengthOf = (path: string): number => readFileSync(join(root, path), 'utf8').split('\n').length - 1;
  const others = ['demo', 'test', 'bench', 'scripts'].flatMap((folder) => ['.ts', '.tsx', '.mjs'].flatMap((ending) => filesUnder(folder, ending)));
  expect(others).toContain('test/unit/imports.test.ts');
  const all = [...product, ...command, ...others];
  expect(all.filter((path) => lengthOf(path) > 300)).toEqual([]);
});
