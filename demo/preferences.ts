import { STRATEGIES, type LoopChoice } from './loop/loop-choice.ts';
import type { Speed } from './play/player.ts';

/** What the forms remember. The loop's own state is not here: that is read from the loop. */
export interface Preferences extends LoopChoice {
  readonly person: string;
  readonly speed: Speed;
  readonly shiftDates: boolean;
  /** Days played, by person. */
  readonly positions: Readonly<Record<string, number>>;
  /** The life of the database into which they were played; null before it is known. */
  readonly epoch: string | null;
}

const KEY = 'nudgeloop-demo';

const DEFAULTS: Preferences = {
  // Somebody who is on the way to the goals, so that there is something to nudge about.
  person: '4558609924',
  speed: 5,
  shiftDates: true,
  strategy: 'simple',
  oneDirection: true,
  retentionLimit: null,
  retentionDays: null,
  positions: {},
  epoch: null,
};

/** What a browser did not keep, such as in some private windows: it lasts as long as the page. */
let unkept: string | null = null;

/** Reads what the forms remember. Storage that is refused, or holds something else, means the defaults. */
export function readPreferences(): Preferences {
  let stored: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(unkept ?? localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Storage that may not even be read; the demo then begins anew at each load, and works.
  }
  const { person, speed, shiftDates, strategy, oneDirection, positions, epoch } = stored;
  return {
    person: typeof person === 'string' ? person : DEFAULTS.person,
    speed: speed === 'all' || (typeof speed === 'number' && speed > 0) ? speed : DEFAULTS.speed,
    shiftDates: typeof shiftDates === 'boolean' ? shiftDates : DEFAULTS.shiftDates,
    strategy: STRATEGIES.find((name) => name === strategy) ?? DEFAULTS.strategy,
    oneDirection: typeof oneDirection === 'boolean' ? oneDirection : DEFAULTS.oneDirection,
    retentionLimit: amountOf(stored['retentionLimit']),
    retentionDays: amountOf(stored['retentionDays']),
    positions: typeof positions === 'object' && positions !== null ? onlyNumbers(positions) : DEFAULTS.positions,
    epoch: typeof epoch === 'string' ? epoch : DEFAULTS.epoch,
  };
}

/** Remembers some more. Read anew first, since another tab may have written. */
export function remember(changes: Partial<Preferences>): void {
  const text = JSON.stringify({ ...readPreferences(), ...changes });
  try {
    localStorage.setItem(KEY, text);
    unkept = null;
  } catch {
    unkept = text;
  }
}

/** Remembers how far a person was played. */
export function rememberPosition(person: string, position: number): void {
  remember({ positions: { ...readPreferences().positions, [person]: position } });
}

/** Forgets how far anybody was played, and into which life of the database; what the forms say stays. */
export function forgetPositions(): void {
  remember({ positions: {}, epoch: null });
}

/**
 * Takes note of the life of the database that there is. Into another one nobody was played yet.
 *
 * @returns whether it is another one than was known
 */
export function rememberEpoch(epoch: string): boolean {
  const known = readPreferences().epoch;
  if (known === epoch) return false;
  remember(known === null ? { epoch } : { epoch, positions: {} });
  return known !== null;
}

function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function onlyNumbers(record: object): Record<string, number> {
  const entries: [string, unknown][] = Object.entries(record);
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && Number(entry[1]) >= 0));
}
