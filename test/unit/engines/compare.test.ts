import { expect, test } from 'vitest';
import { compare } from '../../engines/kit/compare.ts';
import { absent, passed, untested, type Outcome, type Row } from '../../engines/kit/outcome.ts';

const visit: Row = { title: 'A first visit gets a nudge', part: 'scenario' };
const locks: Row = { title: 'Web Locks', part: 'feature' };
const ports: Row = { title: 'Ports', part: 'feature' };

const committed = {
  columns: [{ name: 'Firefox', version: '140.0' }],
  cells: new Map([
    [visit.title, new Map([['Firefox', 'passed']])],
    [locks.title, new Map([['Firefox', 'supported']])],
    [ports.title, new Map([['Firefox', 'not supported: nothing']])],
  ]),
};

const compared = (row: Row, outcome: Outcome, version = '140.0', name = 'Firefox'): string => compare(committed, row, outcome, { name, version }).is;

test('what comes out as the page says is the same, whatever the version', () => {
  expect([compared(visit, passed), compared(visit, passed, '153.0'), compared(locks, passed, '153.0')]).toEqual(['same', 'same', 'same']);
});

test('what comes out otherwise fails, unless another version of the browser has more', () => {
  expect(compared(visit, absent('nothing'))).toBe('wrong');
  expect(compared(visit, absent('nothing'), '153.0')).toBe('wrong');
  expect(compared(locks, absent('nothing'))).toBe('wrong');
  // What the browser had before it has lost by our doing, until somebody looks.
  expect(compared(locks, absent('nothing'), '153.0')).toBe('wrong');
  expect(compared(ports, passed, '153.0')).toBe('noted');
  expect(compared(ports, passed)).toBe('wrong');
});

test('what could not be tried says nothing against the page, but is no substitute for it', () => {
  expect(compared(visit, untested('no driver'))).toBe('noted');
  expect(compared(visit, untested('no driver'), '2.50', 'WebKitGTK')).toBe('wrong');
});

test('a row or an engine that the page does not know fails, and the way to write it is told', () => {
  expect(compared(visit, passed, '150.0', 'Chromium')).toBe('wrong');
  const { text } = compare(committed, { title: 'Another', part: 'feature' }, passed, { name: 'Firefox', version: '153.0' });
  expect(text).toContain('says "nothing", and here it is "supported"');
  expect(text).toContain('npm run engines -- --write');
});
