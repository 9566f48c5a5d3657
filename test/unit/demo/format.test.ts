import { expect, test } from 'vitest';
import { formatNumber } from '../../../demo/ui/format.ts';

test.each([
  [0, '0'],
  [10_000, '10,000'],
  [8_217.333, '8,217.33'],
  [-17.6544, '-17.65'],
  [0.30000000000000004, '0.3'],
])('a number is written as people write it: %d', (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0.0027, '0.0027'],
  [-0.00123456, '-0.00123'],
  [9e-10, '9E-10'],
])('a small number is not shown as none: %d', (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [123_456_789_012_345, '123,456,789,012,345'],
  [-8.12345e20, '-8.123E20'],
])('a number of any size is short enough to be read: %d', (value, text) => expect(formatNumber(value)).toBe(text));
