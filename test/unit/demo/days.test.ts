import { afterEach, expect, test, vi } from 'vitest';
import { actionOf, parsePeople } from '../../../demo/play/days.ts';

const csv = [
  'participant,date,steps,distanceKm,veryActiveMinutes,sedentaryMinutes,calories',
  '1,2016-04-10,100,1.5,10,700,1800',
  '2,2016-04-10,7,0,0,1440,1500',
  '1,2016-04-12,300,2.5,30,600,2000',
  '',
].join('\r\n');

afterEach(() => void vi.unstubAllEnvs());

/** Where the reader's clock is nine hours behind the world's, and where it is fourteen ahead. */
const ZONES = ['America/Anchorage', 'Pacific/Kiritimati'];

const localDay = (timestamp: unknown): string => {
  const at = new Date(String(timestamp));
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].join('-');
};

test('people come in the order of the file, each with their days', () => {
  const people = parsePeople(csv);
  expect(people.map(({ id, days }) => [id, days.length])).toEqual([['1', 2], ['2', 1]]);
  expect(people[0]?.days[1]).toEqual({ date: '2016-04-12', steps: 300, distanceKm: 2.5, activeMinutes: 30, sedentaryMinutes: 600, calories: 2000 });
});

test.each(ZONES)('a day is the day of the file by the clock of its reader in %s', (zone) => {
  vi.stubEnv('TZ', zone);
  const [person] = parsePeople(csv);
  expect(localDay(actionOf(person!, 0, false, 0)['timestamp'])).toBe('2016-4-10');
});

test.each(ZONES)('moved days end yesterday by the clock of their reader in %s, and keep their gaps', (zone) => {
  vi.stubEnv('TZ', zone);
  const [person] = parsePeople(csv);
  // Late in the evening, and early in the morning, of the same day there.
  for (const now of [new Date(2026, 2, 10, 23, 30), new Date(2026, 2, 10, 0, 30)]) {
    const moved = actionOf(person!, 1, true, now.getTime());
    expect(localDay(moved['timestamp'])).toBe('2026-3-9');
    expect(moved['recordedOn']).toBe('2016-04-12');
    expect(localDay(actionOf(person!, 0, true, now.getTime())['timestamp'])).toBe('2026-3-7');
  }
});

test('a day that a person does not have is refused', () => {
  expect(() => actionOf(parsePeople(csv)[1]!, 1, false, 0)).toThrow(RangeError);
});
