/** All engines, in the order of the table. */
export const ENGINE_NAMES = ['chromium', 'firefox', 'webkit'] as const;

/** An engine's name on the command line. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The options of a run. */
export interface EnginesOptions {
  /** @default all */
  readonly engines: readonly EngineName[];
  /** Writes the table instead of comparing. */
  readonly write: boolean;
  /** A part of the titles of the scenarios to run, in lower case. @default all */
  readonly only: string | undefined;
  /** Prints one JSON object on stdout, and everything else on stderr. */
  readonly json: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error if it contains something unknown
 */
export function parseEnginesOptions(args: readonly string[]): EnginesOptions {
  const engines = new Set<EngineName>();
  const flags = new Set<string>();
  let only: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const [name = '', inline] = (args[index] ?? '').split('=');
    if (name === '--write' || name === '--json') flags.add(name);
    else if (name === '--engine') for (const each of (inline ?? args[(index += 1)] ?? '').split(',')) engines.add(engineNamed(each));
    else if (name === '--only') only = (inline ?? args[(index += 1)] ?? '').toLowerCase();
    else throw new Error(`There is no option ${name}. There are --engine, --only, --write, --json.`);
  }
  if (only !== undefined && flags.has('--write')) throw new Error('--write needs every scenario: leave --only out.');
  return {
    engines: ENGINE_NAMES.filter((name) => engines.size === 0 || engines.has(name)),
    only,
    write: flags.has('--write'),
    json: flags.has('--json'),
  };
}

function engineNamed(text: string): EngineName {
  const found = ENGINE_NAMES.find((name) => name === text);
  if (found === undefined) throw new Error(`There is no engine ${text}: ${ENGINE_NAMES.join(', ')}.`);
  return found;
}
