import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, root } from '../../../docs/site/repository.ts';
import { ANGULAR } from './angular-types.ts';
import type { Example, Realm } from './examples.ts';

/** As a careful app has it: strict, and with the two checks that an app may add to that. */
const APP = {
  composite: false,
  incremental: false,
  emitDeclarationOnly: false,
  noEmit: true,
  allowJs: true,
  checkJs: true,
  jsx: 'react-jsx',
  noUnusedLocals: false,
  noUnusedParameters: false,
};
/** JavaScript is held to names, arguments and kinds; it has no way to say that something is not undefined. */
const LOOSE = { ...APP, strict: false, exactOptionalPropertyTypes: false };

/** What `npx nudgeloop init --page` copies, at the address at which a page imports it. */
const COPIES = { '/nudgeloop/nudgeloop.js': 'nudgeloop' };

/** The block that makes the page's one client; other pages of the documentation import it as `./loop`, unless they show one of their own. */
const CLIENT = 'docs_guides_methods-and-events_md/loop';

/** What an app has beside the library's types; with `plain`, what an editor knows of a script that nobody checks. */
interface RealmTypes {
  readonly options: object;
  readonly ambient?: string;
  readonly plain?: string;
}

/** What browsers give the pages and workers of an extension. */
const EXTENSION = `
  interface ExtensionMessage { readonly kind: string; readonly action: import('nudgeloop').ActionInput }
  declare const chrome: { readonly runtime: {
    sendMessage(message: ExtensionMessage): Promise<unknown>;
    readonly onMessage: {
      addListener(run: (message: ExtensionMessage, sender: object, respond: (answer: unknown) => void) => boolean): void;
    };
  } };
`;

const REALMS: Readonly<Record<Realm, RealmTypes>> = {
  page: {
    options: { lib: ['ES2022', 'DOM', 'DOM.Iterable'] },
    // What Vite puts there.
    ambient: `interface ImportMeta { readonly env: { readonly BASE_URL: string; readonly DEV: boolean } } ${ANGULAR} ${EXTENSION}`,
  },
  worker: {
    options: { lib: ['ES2022', 'WebWorker'] },
    // What build tools put there.
    ambient: `
      interface WorkerGlobalScope { __WB_MANIFEST: { url: string; revision: string }[] }
      declare const nudgeloop: typeof import('nudgeloop/worker');
      ${EXTENSION.replace("import('nudgeloop')", "import('nudgeloop/worker')")}
    `,
    // The library's types of a worker are those of a dedicated one, and a script can't declare its `self`.
    plain: `
      interface WorkerGlobalScopeEventMap {
        activate: ExtendableEvent; install: ExtendableEvent; fetch: FetchEvent; push: PushEvent;
        notificationclick: NotificationEvent; notificationclose: NotificationEvent;
      }
      interface WorkerGlobalScope {
        readonly registration: ServiceWorkerRegistration; readonly clients: Clients;
        skipWaiting(): Promise<void>;
      }
    `,
  },
  core: {
    options: { lib: ['ES2022'] },
    // Every engine has one, though it is no part of the language.
    ambient: 'declare const console: { log(...values: readonly unknown[]): void };',
  },
  node: { options: { lib: ['ES2022'], types: ['node'] } },
};

/** Projects that no package entry is built from. */
const NO_SOURCES = /^\.\/(demo|scripts|docs|test|bench)(\/|$)/;

/** The projects of the sources: what an example imports is read as they emit it, each under its own realm. */
function sourceProjects(): { path: string }[] {
  const { references } = JSON.parse(readText('tsconfig.json')) as { references: { path: string }[] };
  return references.filter(({ path }) => !NO_SOURCES.test(path)).map(({ path }) => ({ path: join(root, path) }));
}

function writeRealm(home: string, realm: Realm, base: object, examples: readonly Example[]): void {
  const { options, ambient = '', plain = '' } = REALMS[realm];
  mkdirSync(home, { recursive: true });
  for (const { file, code } of examples) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), code);
  }
  const own = new Set(examples.map(({ file }) => file));
  for (const { file, code } of examples) {
    const loop = `${dirname(file)}/loop.ts`;
    if (/ from '\.\/loop'/.test(code) && !own.has(loop)) writeFileSync(join(home, loop), `export { loop } from '../${CLIENT}';\n`);
  }
  writeFileSync(join(home, 'realm.d.ts'), base === LOOSE ? ambient + plain : ambient);
  const { compilerOptions } = JSON.parse(readText('tsconfig.base.json')) as { compilerOptions: { paths: Record<string, string[]> } };
  const known = Object.entries(compilerOptions.paths).map(([module, sources]) => [module, sources.map((source) => join(root, source))]);
  const paths = Object.fromEntries(known) as Record<string, string[]>;
  for (const [url, module] of Object.entries(COPIES)) paths[url] = paths[module] ?? [];
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { ...base, ...options, paths },
    include: ['./**/*'],
    references: sourceProjects(),
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
}

/** Says where in the documentation the compiler found something. */
function located(line: string, examples: readonly Example[]): string {
  const [, path = '', row = '1', rest = line] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const example = examples.find(({ file }) => path.endsWith(`/${file}`));
  if (example === undefined) return line;
  return `${example.block.source}:${example.origins[Number(row) - 1] ?? example.block.line} ${rest}`;
}

/**
 * Compiles examples, each in its realm.
 *
 * @param name of the folder that they are written to
 * @returns what the compiler says against them, line by line
 */
export function compile(examples: readonly Example[], name = 'examples'): string[] {
  const folder = join(root, '.cache', 'docs', name);
  rmSync(folder, { recursive: true, force: true });
  const projects: string[] = [];
  for (const realm of Object.keys(REALMS) as Realm[]) {
    for (const [kind, base, isOurs] of [
      ['typed', APP, /\.tsx?$/],
      ['plain', LOOSE, /\.jsx?$/],
    ] as const) {
      const own = examples.filter((example) => example.realm === realm && isOurs.test(example.file));
      if (own.length === 0) continue;
      const home = join(folder, `${realm}-${kind}`);
      writeRealm(home, realm, base, own);
      projects.push(home);
    }
  }
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, '-b', '--pretty', 'false', ...projects], { cwd: root, encoding: 'utf8' });
  if (status === 0) return [];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => located(line, examples));
}
