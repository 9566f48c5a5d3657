import { expect, test } from 'vitest';
import { formatClock, formatMetric, formatNumber, formatValue } from '../../../demo/ui/format.ts';

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

test('a long text is cut, and never within a character', () => {
  expect(formatValue('a'.repeat(300))).toBe('a'.repeat(300));
  expect(formatValue('a'.repeat(301))).toBe(`${'a'.repeat(300)}…`);
  // Of a smiley’s two halves only the first would have room.
  expect(formatValue(`${'a'.repeat(299)}😀`)).toBe(`${'a'.repeat(299)}…`);
  expect(formatValue(`${'a'.repeat(298)}😀a`)).toBe(`${'a'.repeat(298)}😀…`);
});

test('a metric’s text does not look like its number', () => {
  expect(formatMetric('12')).toBe('"12"');
  expect(formatMetric(12)).toBe('12');
  expect(formatMetric(undefined)).toBe('–');
});

test('a time of day has two digits for the hour, and no half of the day', () => {
  expect(formatClock(new Date(2026, 0, 15, 9, 5).getTime())).toBe('09:05');
  expect(formatClock(new Date(2026, 0, 15, 0, 0).getTime())).toBe('00:00');
  expect(formatClock(new Date(2026, 0, 15, 23, 59).getTime())).toBe('23:59');
});
