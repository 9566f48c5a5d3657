import { STRATEGIES, type LoopChoice } from './loop/loop-choice.ts';
import type { Speed } from './play/player.ts';

/** What the forms remember. The loop's own state is not here: the page reads it from the loop. */
export interface Preferences extends LoopChoice {
  readonly person: string;
  readonly speed: Speed;
  readonly shiftDates: boolean;
  /** Days played, by person. */
  readonly positions: Readonly<Record<string, number>>;
  /** The life of the database into which these days were played; null before it is known. */
  readonly epoch: string | null;
}

const KEY = 'nudgeloop-demo';

const DEFAULTS: Preferences = {
  // Somebody who has not reached the goals yet, so there is something to nudge about.
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

/** What the browser did not store, as in some private windows. It lasts as long as the page. */
let unkept: string | null = null;

/** Reads what the forms remember. If storage is refused, or holds something else, the defaults apply. */
export function readPreferences(): Preferences {
  let stored: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(unkept ?? localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Storage may not even be readable. The demo then starts with the defaults at each load, and works.
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

/** Remembers changes. It reads first, since another tab may have written. */
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

/** Forgets everybody's position and the life of the database. What the forms hold stays. */
export function forgetPositions(): void {
  remember({ positions: {}, epoch: null });
}

/**
 * Notes the present life of the database. In a new one, nobody was played yet.
 *
 * @returns whether it differs from the known one
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
