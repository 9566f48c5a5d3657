/** How Chromium stores IndexedDB. */
export type Backend = 'leveldb' | 'sqlite';

/** What a run was asked for. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** The only figures to take, by name or by a result's name; undefined for all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly backends: readonly Backend[];
}

const BACKENDS: Readonly<Record<string, readonly Backend[]>> = {
  leveldb: ['leveldb'],
  sqlite: ['sqlite'],
  both: ['leveldb', 'sqlite'],
};

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
    else throw new Error(`There is no option ${name}. There are --quick, --json, --only NAME, --backend leveldb|sqlite|both.`);
  }
  const quick = given.has('--quick');
  // A quick run has time for one.
  const backends = BACKENDS[given.get('--backend') ?? (quick ? 'leveldb' : 'both')];
  if (backends === undefined) throw new Error('--backend takes leveldb, sqlite or both.');
  const only = given.get('--only')?.split(',');
  return { quick, json: given.has('--json'), only: only === undefined ? undefined : new Set(only), backends };
}
