import { BACKENDS, type BackendName } from './backends.ts';

/** What a run was asked for. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** The only figures to take, by name or by a result's name; undefined for all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly backends: readonly BackendName[];
  /** Whether these are all that there are, as far as the machine has them. */
  readonly isAll: boolean;
}

const ALL = Object.keys(BACKENDS) as BackendName[];

/**
 * Reads the command line.
 *
 * @throws Error when something is not understood
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const [name = '', inline] = (args[index] ?? '').split('=');
    if (['--quick', '--json'].includes(name)) given.set(name, 'true');
    else if (['--only', '--backend'].includes(name)) given.set(name, inline ?? args[(index += 1)] ?? '');
    else throw new Error(`There is no option ${name}. There are --quick, --json, --only NAME, --backend ${ALL.join('|')}|all.`);
  }
  const quick = given.has('--quick');
  // A quick run has time for one.
  const backend = given.get('--backend') ?? (quick ? 'leveldb' : 'all');
  const isAll = backend === 'all';
  const backends = isAll ? ALL : ALL.filter((name) => name === backend);
  if (backends.length === 0) throw new Error(`--backend takes ${ALL.join(', ')} or all.`);
  const only = given.get('--only')?.split(',');
  return { quick, json: given.has('--json'), only: only === undefined ? undefined : new Set(only), backends, isAll };
}
