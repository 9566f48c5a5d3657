import { expect, test } from 'vitest';
import { isWork, looked } from '../../faults/site/looked.ts';

const withTry = (each: object | undefined, next = 5) =>
  looked({ loop: 'a', key: 'state', value: { incarnation: 'i', fence: 6, tries: each && { 3: each }, pending: { next, count: 2 } } })!;
const begun = withTry({ attempts: 1, size: 2, until: 1_000 });

test('an overtaken host that takes its try back is not blamed for working', () => {
  expect(isWork(begun, withTry({ attempts: 0, size: 2, until: 0 }))).toBe(false);
});

test.each([
  ['begins a try', withTry({ attempts: 2, size: 2, until: 1_000 })],
  ['halves a piece', withTry({ attempts: 1, size: 1, until: 0 })],
  ['halves a piece and takes its try back', withTry({ attempts: 0, size: 1, until: 0 })],
  ['ends its tries', withTry(undefined)],
  ['works something off', withTry({ attempts: 1, size: 2, until: 1_000 }, 6)],
])('a host that %s is seen to work', (_what, after) => {
  expect(isWork(begun, after)).toBe(true);
});
