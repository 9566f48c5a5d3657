import { describe, expect, test } from 'vitest';
import { durationToMs } from '../../../src/model/retention.ts';
import { parseRetention } from '../../../src/model/parse-retention.ts';

describe('a duration', () => {
  test.each([
    ['1500', 1_500, 1_500],
    ['{ days: 30 }', { days: 30 }, 2_592_000_000],
    ['{ hours: 1, minutes: -30 }', { hours: 1, minutes: -30 }, 1_800_000],
    ['a Temporal.Duration', Object.create({ weeks: 1, years: 0 }) as object, 604_800_000],
    ['0', 0, 0],
  ])('%s is as many milliseconds', (_title, duration, expected) => {
    expect(durationToMs(duration)).toBe(expected);
  });

  test.each([
    ['-1', -1],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['text', 'P1D'],
    ['null', null],
    ['one without units', {}],
    ['one in months', { months: 1 }],
    ['one in a unit that there is not', { day: 1 }],
    ['one in text', { days: '1' }],
    ['a Temporal.Duration with months', Object.create({ days: 1, months: 1 }) as object],
  ])('%s is refused, with the option named', (_title, duration) => {
    expect(() => durationToMs(duration)).toThrow(expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option: 'retentionWindow' }) }));
  });
});

describe('a retention limit', () => {
  test.each([[-1], [1.5], ['3'], [Number.NaN], [null]])('of %j is refused', (retentionLimit) => {
    expect(() => parseRetention({ retentionLimit })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });

  test('of 0 is taken', () => {
    expect(parseRetention({ retentionLimit: 0 })).toEqual({ limit: 0, windowMs: undefined });
  });
});
