import { describe, expect, test } from 'vitest';
import { metricOf } from '../../../src/model/numeric.ts';

describe('a metric', () => {
  test.each([
    [4_200, 4_200],
    ['4200', 4_200],
    [' +4.5 ', 4.5],
    ['-.5', -0.5],
    ['5.', 5],
    ['1e3', 1_000],
    ['', undefined],
    ['.', undefined],
    ['5 km', undefined],
    ['1.2.3', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    [true, undefined],
    [2e300, undefined],
  ])('of %j is %s', (value, expected) => {
    expect(metricOf(value)).toBe(expected);
  });

  test('of a long text is told at once, also if it is nearly a number', () => {
    const begun = performance.now();
    expect(metricOf(`${'1'.repeat(100_000)}x`)).toBeUndefined();
    // Where two parts of the pattern can share the digits, this takes from seven seconds on.
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
