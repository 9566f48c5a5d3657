import type { Action } from 'nudgeloop';
import url from '../data/fitbit-daily.csv?url';

/** One day of one person, as in the file. */
export interface Day {
  /** ISO date. */
  readonly date: string;
  readonly steps: number;
  readonly distanceKm: number;
  readonly activeMinutes: number;
  readonly sedentaryMinutes: number;
  readonly calories: number;
}

/** One participant, with their days in order. */
export interface Person {
  readonly id: string;
  readonly label: string;
  readonly days: readonly Day[];
}

const DAY_MS = 86_400_000;

/** Loads the people. Offline, the shell's worker answers. */
export async function loadPeople(): Promise<readonly Person[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The data could not be loaded (${response.status}).`);
  return parsePeople(await response.text());
}

/**
 * Reads the file's people, in the file's order.
 *
 * @param csv comma-separated, with a header, without quotes: the file has none
 */
export function parsePeople(csv: string): readonly Person[] {
  const [header = '', ...lines] = csv.trim().split(/\r?\n/);
  const names = header.split(',');
  const byId = new Map<string, Day[]>();
  for (const line of lines) {
    const cells = line.split(',');
    const row = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    const id = row['participant'] ?? '';
    const days = byId.get(id) ?? [];
    byId.set(id, days);
    days.push({
      date: row['date'] ?? '',
      steps: Number(row['steps']),
      distanceKm: Number(row['distanceKm']),
      activeMinutes: Number(row['veryActiveMinutes']),
      sedentaryMinutes: Number(row['sedentaryMinutes']),
      calories: Number(row['calories']),
    });
  }
  return [...byId].map(([id, days], index) => ({ id, label: `Person ${index + 1} (${id})`, days }));
}

/**
 * A day as an app would record it: as an action at noon in the reader's time zone, so the screen shows the same day.
 *
 * @param shifted moves the person's last day to yesterday; `recordedOn` then has the date in the file
 * @param now epoch milliseconds
 */
export function actionOf(person: Person, index: number, shifted: boolean, now: number): Action {
  const day = person.days[index];
  const last = person.days.at(-1);
  if (day === undefined || last === undefined) throw new RangeError(`${person.label} has no day ${index + 1}.`);
  const { date, ...metrics } = day;
  if (!shifted) return { ...metrics, timestamp: noonOf(dayNumber(date)) };
  const today = new Date(now);
  const yesterday = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate()) / DAY_MS - 1;
  return { ...metrics, timestamp: noonOf(dayNumber(date) + yesterday - dayNumber(last.date)), recordedOn: date };
}

/** A calendar date as a number, in any time zone. */
function dayNumber(date: string): number {
  return Date.parse(date) / DAY_MS;
}

function noonOf(number: number): string {
  const date = new Date(number * DAY_MS);
  return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12).toISOString();
}
