import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { API, SymbolFlags, type Project, type Symbol } from 'typescript/unstable/sync';
import { kindOf, root } from '../repository.ts';
import type { Api, ApiEntry, ApiItem } from './model.ts';
import { readDeclaration } from './read-declaration.ts';
import { readEntries, type EntrySource } from './read-entries.ts';

/** One program over all entries. In the build each realm has its own, but here only names and comments matter. */
function writeProject(entries: readonly EntrySource[]): string {
  const folder = join(root, '.cache', 'docs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'tsconfig.api.json');
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { lib: ['ES2022', 'DOM', 'DOM.Iterable'], jsx: 'react-jsx', composite: false, emitDeclarationOnly: false, noEmit: true },
    files: [...entries.map(({ source }) => `../../${source}`), ...ambientFiles()],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const ambientFiles = (): string[] => ['src/page/worker/workbox-window.d.ts'].filter((path) => kindOf(path) === 'file').map((path) => `../../${path}`);

function readItem(project: Project, exported: Symbol): ApiItem {
  const { checker } = project;
  const symbol = (exported.flags & SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
  const declaration = (symbol.valueDeclaration ?? symbol.declarations[0])?.resolve(project);
  if (declaration === undefined) throw new Error(`The declaration of ${exported.name} was not found.`);
  const source = relative(root, declaration.getSourceFile().fileName).replaceAll('\\', '/');
  return { ...readDeclaration(project, symbol, declaration), name: exported.name, source };
}

function readEntry(project: Project, entry: EntrySource): ApiEntry {
  const file = project.program.getSourceFile(join(root, entry.source));
  const module = file && project.checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry.source} is no module.`);
  const items = project.checker.getExportsOfModule(module).map((symbol) => readItem(project, symbol));
  return { ...entry, items };
}

/** Reads the public interface of the package from its sources. */
export function readApi(): Api {
  const sources = readEntries();
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProject: writeProject(sources) }).getProjects();
    if (project === undefined) throw new Error('The compiler opened no project.');
    const entries = sources.map((entry) => readEntry(project, entry));
    const homes = new Map<string, ApiEntry>();
    for (const entry of entries) for (const { name } of entry.items) if (!homes.has(name)) homes.set(name, entry);
    return { entries, homes };
  } finally {
    api.close();
  }
}
