import { expect, test } from 'vitest';
import * as z from '../../../src/model/schema.ts';

const shape = z.object({
  seq: z.optional(z.whole(0)),
  limit: z.optional(z.whole(1, 10)),
  wait: z.optional(z.positive()),
  from: z.optional(z.number()),
  name: z.optional(z.text(1, 3)),
  names: z.optional(z.array(z.text(0, 3), 2)),
  loop: z.optional(z.nullable(z.text(1, 3))),
  isOnly: z.optional(z.boolean()),
  actions: z.optional(z.unknown()),
});

test.each([
  [{ seq: 0, limit: 10, wait: 0.5, from: -1.5, name: 'abc', names: ['', 'abc'], loop: null, isOnly: false, actions: [1] }],
  [{ seq: Number.MAX_SAFE_INTEGER, limit: 1, wait: Number.MIN_VALUE, name: 'a', names: [] }],
])('takes what is within the bounds, and the bounds themselves (%j)', (value) => {
  expect(z.check(shape, value)).toEqual({ data: value });
});

test.each<[value: unknown, path: PropertyKey[], code: string]>([
  [{ seq: -1 }, ['seq'], 'too_small'],
  [{ seq: 0.5 }, ['seq'], 'invalid_type'],
  [{ seq: 2 ** 53 }, ['seq'], 'too_big'],
  [{ seq: Number.NaN }, ['seq'], 'invalid_type'],
  [{ limit: 0 }, ['limit'], 'too_small'],
  [{ limit: 11 }, ['limit'], 'too_big'],
  [{ limit: '5' }, ['limit'], 'invalid_type'],
  [{ wait: 0 }, ['wait'], 'too_small'],
  [{ wait: Infinity }, ['wait'], 'invalid_type'],
  [{ from: null }, ['from'], 'invalid_type'],
  [{ name: '' }, ['name'], 'too_small'],
  [{ name: 'abcd' }, ['name'], 'too_big'],
  [{ name: ['a'] }, ['name'], 'invalid_type'],
  [{ names: ['a', 'b', 'c'] }, ['names'], 'too_big'],
  [{ names: ['a', 'abcd'] }, ['names', 1], 'too_big'],
  [{ names: { length: 1 } }, ['names'], 'invalid_type'],
  [{ loop: '' }, ['loop'], 'too_small'],
  [{ isOnly: 0 }, ['isOnly'], 'invalid_type'],
  ['text', [], 'invalid_type'],
])('refuses %j, and says where and why', (value, path, code) => {
  expect(z.check(shape, value)).toMatchObject({ issues: [{ path, code }] });
});

test('drops what a record does not know, unless it may have more', () => {
  const more = { name: 'a', more: { deep: 1 } };
  expect(z.check(shape, more)).toEqual({ data: { name: 'a' } });
  expect(z.check(z.looseObject({ name: z.text(1, 3) }), more)).toEqual({ data: more });
  expect(z.check(z.looseObject({ name: z.text(1, 3) }), {})).toMatchObject({ issues: [{ path: ['name'] }] });
});
