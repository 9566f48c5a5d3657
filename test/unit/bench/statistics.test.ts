import { expect, test } from 'vitest';
import { mean, median, quantile } from '../../../bench/kit/statistics.ts';

test('a quantile lies between its neighbours, whatever their order', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(quantile([7], 0.99)).toBe(7);
});

test('a median is not moved by one that is far off, a mean is', () => {
  expect(median([1, 2, 100])).toBe(2);
  expect(mean([1, 2, 99])).toBe(34);
});

test('there is no quantile of nothing', () => {
  expect(() => quantile([], 0.5)).toThrow('nothing');
});
