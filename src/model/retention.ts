import { NudgeloopError } from '../errors.ts';
import { isObject } from './plain-data.ts';

/** The fields of a Temporal duration that have a fixed length. */
type DurationField = keyof typeof MILLISECONDS;

/**
 * A length of time: milliseconds, or the fields of a Temporal duration, such as `{ days: 30 }`. Years and months are
 * refused, because their length depends on where they begin.
 */
export type DurationInput = number | { readonly [Field in DurationField]?: number | undefined };

/** How much history to keep, in normalized form. */
export interface RetentionPolicy {
  /** How many of the newest actions; 0 keeps none, undefined keeps all. */
  readonly limit?: number | undefined;
  /** Their maximum age in milliseconds; undefined keeps all. */
  readonly windowMs?: number | undefined;
}

const MILLISECONDS = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
} as const;

/**
 * Converts a duration to milliseconds.
 *
 * @param duration milliseconds, or fields of a Temporal duration
 * @param option the option's name, for the error
 * @throws NudgeloopError `options.invalid` if it is negative or not finite, or has unknown fields
 */
export function durationToMs(duration: unknown, option = 'retentionWindow'): number {
  let total: number | undefined;
  if (typeof duration === 'number') total = duration;
  else if (isObject(duration)) {
    // Read field by field, not by own keys: a Temporal.Duration has its fields on the prototype.
    const refused = Object.keys(duration).find((field) => !Object.hasOwn(MILLISECONDS, field)) ?? ['years', 'months'].find((field) => duration[field]);
    if (refused !== undefined) throw invalidDuration(option, `field ${refused}`);
    for (const [field, length] of Object.entries(MILLISECONDS)) {
      const amount = duration[field];
      if (amount !== undefined) total = (total ?? 0) + (typeof amount === 'number' ? amount * length : Number.NaN);
    }
  }
  if (total === undefined || !(total >= 0 && total < Infinity)) throw invalidDuration(option, 'not a finite length of at least 0');
  return total;
}

function invalidDuration(option: string, problem: string): NudgeloopError {
  return new NudgeloopError(
    'options.invalid',
    `The option ${option} is invalid: ${problem}. Pass milliseconds, or fields of fixed length such as { days: 30 }.`,
    { option, problem },
  );
}
