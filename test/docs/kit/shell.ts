import type { CodeBlock } from '../../../docs/site/code-blocks.ts';
import { kindOf, readText } from '../../../docs/site/repository.ts';

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly bin?: Readonly<Record<string, string>> | string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readText('package.json')) as Manifest;
const binaries = typeof manifest.bin === 'string' ? [manifest.name] : Object.keys(manifest.bin ?? {});

/** What npm does by itself. */
const NPM_COMMANDS = ['ci', 'install', 'pack', 'uninstall', 'update'];
/** What every shell has. */
const COMMANDS = ['cd', 'cp', 'mkdir', 'export', 'curl', 'printf', 'cat'];

/** A file that the package brings: an entry, or one that package.json lists. */
function isPublished(path: string): boolean {
  const isEntry = Object.values(manifest.exports).includes(`./${path}`);
  return isEntry || (path.startsWith('dist/') && manifest.files.includes('dist')) || manifest.files.includes(path);
}

function problemOf(command: string): string | undefined {
  const words = command.trim().split(/\s+/).filter((word) => !/^\w+=/.test(word));
  const [program = '', first = '', second = ''] = words;
  const missing = words.find((word) => word.includes(`node_modules/${manifest.name}/`) && !isPublished(word.split(`node_modules/${manifest.name}/`)[1] ?? ''));
  if (missing !== undefined) return `${missing} is not in the package`;
  if (program === 'npm' && first === 'run') return second in manifest.scripts ? undefined : `there is no script ${second}`;
  if (program === 'npm' && ['test', 'start'].includes(first)) return first in manifest.scripts ? undefined : `there is no script ${first}`;
  if (program === 'npm') return NPM_COMMANDS.includes(first) ? undefined : `npm has no command ${first}`;
  if (program === 'npx') return binaries.includes(first) || first in manifest.devDependencies ? undefined : `there is no program ${first}`;
  if (program === 'node') return first.startsWith('-') || kindOf(first) === 'file' ? undefined : `there is no file ${first}`;
  return COMMANDS.includes(program) ? undefined : `${program} is a program that a reader may not have`;
}

/** What is wrong with a block of shell commands. */
export function shellProblems({ code, source, line }: CodeBlock): string[] {
  return code.split('\n').flatMap((text, index) =>
    text
      .replace(/(^|\s)#.*$/, '')
      .split(/&&|\|\||[|;]/)
      .filter((command) => command.trim() !== '')
      .flatMap((command) => {
        const problem = problemOf(command);
        return problem === undefined ? [] : [`${source}:${line + index} ${problem}`];
      }),
  );
}
