import type { EngineName } from '../engines/engine.ts';

/** The options of a run. */
export interface FaultOptions {
  readonly seed: number;
  /** How many random rounds to run, and how often a row repeats what is left to chance. */
  readonly rounds: number;
  readonly engine: EngineName;
  /** The chosen rows; undefined for all. */
  readonly only: ReadonlySet<number> | undefined;
  /** Whether the random rounds run. */
  readonly nemesis: boolean;
  readonly quick: boolean;
  readonly json: boolean;
}

/** The options in force. Rows read `rounds` and `quick` from here. */
export let faultOptions: FaultOptions = parseFaultOptions([]);

/** Sets the options in force. */
export function useFaultOptions(options: FaultOptions): void {
  faultOptions = options;
}

/**
 * Reads the command line.
 *
 * @throws Error if it contains something unknown
 */
export function parseFaultOptions(args: readonly string[]): FaultOptions {
  const given = new Map<string, string>();
  const flags = new Set(['--quick', '--json']);
  for (let index = 0; index < args.length; index += 1) {
    const [name = '', inline] = (args[index] ?? '').split('=');
    if (flags.has(name)) given.set(name, 'true');
    else if (['--seed', '--rounds', '--engine', '--only'].includes(name)) given.set(name, inline ?? args[(index += 1)] ?? '');
    else throw new Error(`There is no option ${name}. There are --seed, --rounds, --engine, --only, --quick, --json.`);
  }
  const engine = given.get('--engine') ?? 'chromium';
  if (engine !== 'chromium' && engine !== 'firefox') throw new Error(`There is no engine ${engine}: chromium or firefox.`);
  const parts = given.get('--only')?.split(',');
  return {
    seed: wholeNumber('--seed', given.get('--seed'), 1),
    rounds: wholeNumber('--rounds', given.get('--rounds'), 20),
    engine,
    only: parts === undefined ? undefined : new Set(parts.filter((part) => part !== 'nemesis').flatMap(rangeOf)),
    nemesis: parts === undefined || parts.includes('nemesis'),
    quick: given.has('--quick'),
    json: given.has('--json'),
  };
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} takes a whole number.`);
  return number;
}

function rangeOf(part: string): number[] {
  const [first = 0, last = first] = part.split('-').map((text) => wholeNumber('--only', text, 0));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
