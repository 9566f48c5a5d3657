import { expect, test } from 'vitest';
import { typedNumber } from '../../../demo/ui/typed-number.ts';

test.each([['12000', 12_000], [' 10.5 ', 10.5], ['-3', -3], ['0', 0]])('%s is a number', (text, number) => {
  expect(typedNumber(text, 'Steps')).toBe(number);
});

test.each(['12,000', '10,5', 'many', '', 'Infinity'])('%j is refused with the name of its field, and not stored as text', (text) => {
  expect(() => typedNumber(text, 'Steps')).toThrow(/^Steps: /);
});
