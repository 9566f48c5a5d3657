import { expect, test } from 'vitest';
import { cellOf, compatibilityDocument, isUntested, readCompatibility } from '../../engines/kit/compatibility-table.ts';
import { absent, passed, untested, type Row } from '../../engines/kit/outcome.ts';

const visit: Row = { title: 'A first visit gets a nudge', part: 'scenario' };
const locks: Row = { title: 'Web Locks', part: 'feature' };
const columns = [{ name: 'Firefox', version: '140.12.0esr' }, { name: 'WebKitGTK' }];

const cells = new Map([
  [visit.title, new Map([['Firefox', cellOf(visit, passed)]])],
  [locks.title, new Map([['Firefox', cellOf(locks, absent('each tab works'))]])],
]);

test('what the suite writes is what it reads at the next run, and an engine that was never run says so', () => {
  const read = readCompatibility(compatibilityDocument([visit, locks], { columns, cells }));
  expect(read.columns).toEqual(columns);
  expect(Object.fromEntries([...read.cells].map(([title, row]) => [title, Object.fromEntries(row)]))).toEqual({
    'A first visit gets a nudge': { Firefox: 'passed', WebKitGTK: 'not run' },
    'Web Locks': { Firefox: 'not supported: each tab works', WebKitGTK: 'not run' },
  });
});

test('a feature is supported, a scenario passed, and what nobody could try is told from both', () => {
  expect(cellOf(locks, passed)).toBe('supported');
  expect(cellOf(visit, untested('no driver'))).toBe('not tested: no driver');
  expect([cellOf(visit, untested('no driver')), cellOf(locks, absent('nothing')), 'passed'].map(isUntested)).toEqual([true, false, false]);
});

test('a page that is not there yet says nothing', () => {
  expect(readCompatibility('')).toEqual({ cells: new Map(), columns: [] });
});

test('a reason that would break the table is refused', () => {
  const broken = new Map([[visit.title, new Map([['Firefox', cellOf(visit, absent('one | two'))]])]]);
  expect(() => compatibilityDocument([visit], { columns, cells: broken })).toThrow('one | two');
});
