import { expect, test } from 'vitest';
import { compare, verdictOf } from '../../../bench/kit/compare.ts';

const common = { name: 'a-figure', goal: 1.2, unit: 'µs', against: 'a floor' };

test('a ratio is taken within each round before the median is, and the rounds are kept', () => {
  const result = compare({ ...common, ours: [10, 40, 90], other: [10, 20, 30] });
  expect(result).toMatchObject({ ratio: 2, p25: 1.5, p75: 2.5, value: 40, floor: 20 });
  expect(result.rounds).toEqual({ ours: [10, 40, 90], other: [10, 20, 30] });
});

test('one number can be what all rounds are measured by, and a growth may be below nothing', () => {
  expect(compare({ ...common, ours: [-5, 0, 10], other: 5 })).toMatchObject({ ratio: 0, floor: 5, rounds: { other: [5, 5, 5] } });
});

test('rounds that are missing, or no numbers, are no result', () => {
  expect(() => compare({ ...common, ours: [], other: [] })).toThrow('0 rounds');
  expect(() => compare({ ...common, ours: [1, 2], other: [1] })).toThrow('2 rounds of ours, 1');
  expect(() => compare({ ...common, ours: [1], other: [0] })).toThrow('not a number');
});

test('a goal is reached when the quartile on the bad side reaches it too', () => {
  expect(verdictOf(compare({ ...common, ours: [10, 11, 12], other: 10 }))).toBe('reached');
  expect(verdictOf(compare({ ...common, ours: [10, 11, 20], other: 10 }))).toBe('within noise');
  expect(verdictOf(compare({ ...common, ours: [1, 13, 14], other: 10 }))).toBe('not yet');
});

test('of a rate, the bad side is below', () => {
  const rate = { ...common, goal: 7, higherIsBetter: true, other: 1 };
  expect(verdictOf(compare({ ...rate, ours: [7, 8, 9] }))).toBe('reached');
  expect(verdictOf(compare({ ...rate, ours: [2, 8, 9] }))).toBe('within noise');
  expect(verdictOf(compare({ ...rate, ours: [5, 6, 20] }))).toBe('not yet');
});
