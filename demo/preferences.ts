import type { Speed } from './player.ts';

/** The strategies that the demo offers by name. */
export const STRATEGIES = ['simple', 'cautious', 'neutral', 'aggressive'] as const;

/** One of them. */
export type StrategyName = (typeof STRATEGIES)[number];

/** What the forms remember. The loop's own state is not here: that is read from the loop. */
export interface Preferences {
  readonly person: string | null;
  readonly speed: Speed;
  readonly shiftDates: boolean;
  readonly strategy: StrategyName;
  readonly oneDirection: boolean;
  /** Null keeps all. */
  readonly retentionLimit: number | null;
  /** Null keeps all. */
  readonly retentionDays: number | null;
  /** Days played, by person. */
  readonly positions: Readonly<Record<string, number>>;
}

const KEY = 'nudgeloop-demo';

const DEFAULTS: Preferences = {
  person: null,
  speed: 5,
  shiftDates: true,
  strategy: 'simple',
  oneDirection: true,
  retentionLimit: null,
  retentionDays: null,
  positions: {},
};

/** Reads what the forms remember. Storage that is refused, or holds something else, means the defaults. */
export function readPreferences(): Preferences {
  let stored: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Private windows may refuse storage; the demo then begins anew at each load, and works.
  }
  const { person, speed, shiftDates, strategy, oneDirection, positions } = stored;
  return {
    person: typeof person === 'string' ? person : DEFAULTS.person,
    speed: speed === 'all' || (typeof speed === 'number' && speed > 0) ? speed : DEFAULTS.speed,
    shiftDates: typeof shiftDates === 'boolean' ? shiftDates : DEFAULTS.shiftDates,
    strategy: STRATEGIES.find((name) => name === strategy) ?? DEFAULTS.strategy,
    oneDirection: typeof oneDirection === 'boolean' ? oneDirection : DEFAULTS.oneDirection,
    retentionLimit: amountOf(stored['retentionLimit']),
    retentionDays: amountOf(stored['retentionDays']),
    positions: typeof positions === 'object' && positions !== null ? onlyNumbers(positions) : DEFAULTS.positions,
  };
}

/** Remembers some more. Read anew first, since another tab may have written. */
export function remember(changes: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPreferences(), ...changes }));
  } catch {
    // See above.
  }
}

/** Remembers how far a person was played. */
export function rememberPosition(person: string, position: number): void {
  remember({ positions: { ...readPreferences().positions, [person]: position } });
}

/** Forgets how far anybody was played; what the forms say stays. */
export function forgetPositions(): void {
  remember({ positions: {} });
}

function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function onlyNumbers(record: object): Record<string, number> {
  const entries: [string, unknown][] = Object.entries(record);
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && Number(entry[1]) >= 0));
}
