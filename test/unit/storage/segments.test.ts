import { expect, test } from 'vitest';
import { cutSegment, packSegments, SEGMENT_SIZE, unpackSegment } from '../../../src/storage/indexeddb/segments.ts';
import type { Segment } from '../../../src/storage/indexeddb/schema.ts';

const entries = (count: number) => Array.from({ length: count }, (_, n) => ({ seq: 2 * n, at: 100 - n, value: n }));
const [whole] = packSegments('a', entries(3)) as [Segment];

test('entries are packed 256 to a row, each under its last place and its least time, and come out as they were', () => {
  const packed = packSegments('a', entries(2 * SEGMENT_SIZE + 1));
  expect(packed.map(({ last, minAt, seqs }) => [last, minAt, seqs.length])).toEqual([[510, -155, 256], [1_022, -411, 256], [1_024, -412, 1]]);
  expect(packed.flatMap(unpackSegment)).toEqual(entries(2 * SEGMENT_SIZE + 1));
});

test('a row that is cut keeps its place, though its last entry is gone, and is the same one if nothing of it is cut', () => {
  expect(cutSegment(whole, 4, 9)).toMatchObject({ last: 4, seqs: [0, 2], minAt: 99 });
  expect(cutSegment(whole, 2, 2)).toMatchObject({ last: 4, seqs: [0, 4] });
  expect(cutSegment(whole, 1, 1)).toBe(whole);
  expect(cutSegment(whole, 0, 4)).toBeUndefined();
});

// Any script of the origin can write rows.
test.each([
  ['more entries than a row has', packSegments('a', entries(SEGMENT_SIZE)).map((full) => ({ ...full, last: 600, seqs: [...full.seqs, 600], ats: [...full.ats, 0], values: [...full.values, 0] }))[0]!],
  ['fewer times than places', { ...whole, ats: [0, 0] }],
  ['fewer values than places', { ...whole, values: [0, 0] }],
  ['a place twice', { ...whole, seqs: [0, 2, 2] }],
  ['a place beyond its own', { ...whole, seqs: [0, 2, 5] }],
  ['a place below all', { ...whole, seqs: [-1, 2, 4] }],
  ['a place between two', { ...whole, seqs: [0, 1.5, 4] }],
  ['a time that is none', { ...whole, ats: [0, Number.NaN, 0] }],
  ['text for a list', { ...whole, seqs: '024' as never }],
])('a row with %s has no entries, and goes when it is cut', (_what, row: Segment) => {
  expect(unpackSegment(row)).toEqual([]);
  expect(cutSegment(row, 9_000, 9_001)).toBeUndefined();
});
