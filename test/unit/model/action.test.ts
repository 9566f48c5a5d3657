import { describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { parseActions, readAction } from '../../../src/model/parse-actions.ts';
import { timestampOf } from '../../../src/model/timestamp.ts';
import { parseGoalState } from '../../../src/model/goal.ts';
import { isSameData } from '../../../src/model/same-data.ts';
import { isNudgeloopError } from '../../../src/errors.ts';

const problemOf = (input: unknown): unknown => {
  try {
    readAction(input);
    return undefined;
  } catch (error) {
    return isNudgeloopError(error, 'action.invalid') ? [error.details?.['path'], error.details?.['problem']] : error;
  }
};

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('an action is refused, with the place and the reason,', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const wide = Array.from({ length: 1 }, () => 0);
  wide.length = 4_294_967_295;
  const nothings = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, undefined]));
  const shared: unknown[] = [1];
  const graph = Array.from({ length: 30 }).reduce<unknown>((inner) => [inner, inner], shared);
  test.each([
    ['NaN', { steps: Number.NaN }, ['steps', 'not a finite number']],
    ['infinity', { a: { b: [1, Number.POSITIVE_INFINITY] } }, ['a.b.1', 'not a finite number']],
    ['a function', { run: () => 1 }, ['run', 'not plain data (function)']],
    ['a bigint', { n: 1n }, ['n', 'not plain data (bigint)']],
    ['a symbol', { s: Symbol('x') }, ['s', 'not plain data (symbol)']],
    ['a map', { m: new Map() }, ['m', 'not plain data (class instance)']],
    ['a date that is no timestamp', { d: new Date(0) }, ['d', 'not plain data (class instance)']],
    ['a hole', { list: [undefined] }, ['list.0', 'not plain data (undefined)']],
    ['a cycle', cyclic, [Array.from({ length: 8 }, () => 'self').join('.'), 'cycle or too deep']],
    ['9 levels', nested(9), ['a.a.a.a.a.a.a.a', 'cycle or too deep']],
    ['four billion holes', { wide }, ['wide', 'too many values']],
    ['a list of records of nothing', { list: Array.from({ length: 20 }, () => nothings) }, ['list.9', 'too many values']],
    ['a record of more fields than values are taken', Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`f${n}`, n])), ['', 'too many values']],
    ['a graph that doubles thirty times', { graph }, ['graph.0.0.0.0.0.0.0', 'cycle or too deep']],
    ['a long string', { s: 'x'.repeat(40_000) }, ['s', 'too large']],
    ['an own __proto__', JSON.parse('{"__proto__": {"polluted": true}}'), ['__proto__', 'forbidden key']],
    ['constructor', { a: { constructor: 1 } }, ['a.constructor', 'forbidden key']],
    ['a list', [1], ['', 'not a record']],
    ['null', null, ['', 'not a record']],
    ['an instance', new (class Steps {})(), ['', 'not plain data (class instance)']],
    ['an instance with a date', new (class Steps { timestamp = new Date(0); })(), ['', 'not plain data (class instance)']],
    ['a timestamp in words', { timestamp: 'yesterday' }, ['timestamp', 'not an ISO 8601 string, a Date or epoch milliseconds']],
    ['a timestamp of true', { timestamp: true }, ['timestamp', 'not an ISO 8601 string, a Date or epoch milliseconds']],
    ['an invalid date', { timestamp: new Date(Number.NaN) }, ['timestamp', 'invalid date']],
  ])('%s', (_title, input, expected) => {
    expect(problemOf(input)).toEqual(expected);
  });

  test('a property that throws when it is read', () => {
    const hostile = { get steps(): number { throw new Error('secret'); } };
    expect(problemOf(hostile)).toEqual(['steps', 'not plain data (unreadable property)']);
  });
});

describe('an action is taken', () => {
  test('as a copy that shares nothing with what was passed', () => {
    const input = { steps: 1, place: { list: [1] } };
    const { action } = readAction(input);
    input.place.list.push(2);
    expect(action).toEqual({ steps: 1, place: { list: [1] } });
  });

  test('of exactly the allowed size, also once a timestamp was attached', () => {
    const largest = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`m${index}`, index]));
    expect(() => readAction({ ...largest, timestamp: new Date(0) })).not.toThrow();
    expect(() => readAction({ ...largest, more: 1 })).toThrow();
  });

  test('with a Date as its timestamp, and absent fields left out', () => {
    expect(readAction({ timestamp: new Date(0), note: undefined }).action).toEqual({ timestamp: '1970-01-01T00:00:00.000Z' });
  });

  test('whatever JSON it is, and never another value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (record) => {
        fc.pre(!JSON.stringify(record).match(/__proto__|constructor|prototype/) && record['timestamp'] === undefined);
        const { action } = readAction(record);
        expect(JSON.stringify(action)).toBe(JSON.stringify(record));
      }),
    );
  });

  test('never with a polluted prototype, whatever is passed', () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true, withDate: true, withMap: true, withSparseArray: true, key: fc.constantFrom('a', '__proto__', 'constructor') }), (value) => {
        try {
          parseActions([value]);
        } catch (error) {
          expect(isNudgeloopError(error, 'action.invalid')).toBe(true);
        }
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      }),
    );
  });
});

describe('a timestamp', () => {
  test.each([
    ['2026-01-05T08:00:00.000Z', 1_767_600_000_000],
    ['2026-01-05T09:00:00+01:00', 1_767_600_000_000],
    ['2026-01-05T08:00:00', 1_767_600_000_000],
    [' 2026-01-05 08:00 ', 1_767_600_000_000],
    ['2026-01-05', 1_767_571_200_000],
    [1_767_600_000_000, 1_767_600_000_000],
    [-1, -1],
    ['5', undefined],
    ['2026-13-45', undefined],
    ['', undefined],
    [9e15, undefined],
    [null, undefined],
  ])('%j is %s', (text, expected) => {
    expect(timestampOf(text)).toBe(expected);
  });

  test.each([
    '2026-02-31', '2026-02-31T08:00:00.000Z', '2026-02-29T08:00:00.000Z', '2026-02-30 08:00', '2026-04-31T08:00:00+14:00', '2026-06-31T23:59:59,5',
    '2100-02-29', '2026-11-31T24:00:00Z', '2026-01-00', '2026-01-32', '2026-13-01', '+002026-02-31',
  ])('on a day that no calendar has is refused in every engine, also where one takes it for a day of the next month: %s', (timestamp) => {
    expect(() => readAction({ timestamp })).toThrow(expect.objectContaining({ code: 'action.invalid' }));
    expect(timestampOf(timestamp)).toBeUndefined();
  });

  test.each([
    '12026-01-05', '012026-01-05', '+2026-01-05', '-2026-01-05', '+12026-01-05', '-000000-01-05', '2026-01-05T08:00:60Z',
  ])('that only some engines read, or only in some time zones, is refused: %s', (timestamp) => {
    expect(timestampOf(timestamp)).toBeUndefined();
  });

  test('with a month 00, which Firefox takes for December, is refused', () => {
    const asFirefox = (text: string): string => text.replace('2026-00', '2025-12');
    const RealDate = Date;
    vi.stubGlobal('Date', class extends RealDate {
      static override parse = (text: string): number => RealDate.parse(asFirefox(text));
      constructor(text: string) {
        super(asFirefox(text));
      }
    });
    const read = ['2026-00-05', '2026-00-05T08:00:00Z'].map(timestampOf);
    expect(read).toEqual([undefined, undefined]);
  });

  test('in small letters, with a comma or a space, reaches the engine in the form that all of them read', () => {
    const parse = vi.spyOn(Date, 'parse');
    expect(timestampOf('2026-01-05t08:00:00z')).toBe(1_767_600_000_000);
    expect(timestampOf('2026-01-05 09:00:00,5+01:00')).toBe(1_767_600_000_500);
    expect(parse.mock.calls).toEqual([['2026-01-05T08:00:00Z'], ['2026-01-05T09:00:00.5+01:00']]);
  });

  test.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T23:30:00-10:00', '2024-03-01T09:30:00.000Z'],
    ['2026-03-01T00:30:00+14:00', '2026-02-28T10:30:00.000Z'],
    ['2026-01-31T24:00:00Z', '2026-02-01T00:00:00.000Z'],
    ['2000-02-29T08:00:00.000Z', '2000-02-29T08:00:00.000Z'],
    ['+002026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('is read by the day that it names, whatever day that is in UTC: %s', (timestamp, iso) => {
    expect(timestampOf(timestamp)).toBe(Date.parse(iso));
  });

  test('is accepted in an action exactly when it can be read back, each day and time that can be written', () => {
    const two = (n: number): string => String(n).padStart(2, '0');
    const upTo = (end: number): number[] => Array.from({ length: end + 1 }, (_, n) => n);
    const days = ['2023', '2024', '2100'].flatMap((year) => upTo(13).flatMap((month) => upTo(32).map((day) => `${year}-${two(month)}-${two(day)}T08:00:00.000Z`)));
    const times = upTo(25).flatMap((hour) => [59, 60].flatMap((last) => [`${two(hour)}:${last}:00`, `${two(hour)}:00:${last}`]));
    const all = [...days, ...times.map((time) => `2026-01-31T${time}.000Z`)];
    const isAccepted = (timestamp: string): boolean => {
      try {
        return readAction({ timestamp }).action['timestamp'] === timestamp;
      } catch {
        return false;
      }
    };
    expect(all.filter((text) => isAccepted(text) !== (timestampOf(text) !== undefined))).toEqual([]);
    expect(all.filter(isAccepted).length).toBeGreaterThan(3 * 365);
  });
});

describe('a goal', () => {
  test('is refused like an action, under its own code', () => {
    expect(() => parseGoalState({ steps: Number.NaN })).toThrow(expect.objectContaining({ code: 'goal.invalid', details: { path: 'steps', problem: 'not a finite number' } }));
    expect(() => parseGoalState([])).toThrow(expect.objectContaining({ code: 'goal.invalid' }));
  });

  test.each([
    [{ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: [1] }, { a: { 0: 1 } }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{}, undefined, false],
  ])('%j and %j: the same is %s', (a, b, expected) => {
    expect(isSameData(a, b)).toBe(expected);
  });
});
