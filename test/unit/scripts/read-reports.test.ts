import { expect, test } from 'vitest';
import { readEngines, readFaults, readFixtures, readPlaywright, readVitest } from '../../../scripts/lib/read-reports.mjs';

test('whoever runs all tests hears by name which one of Vitest failed, which file did not load, and how many were skipped', () => {
  const testResults = [
    {
      name: 'a.test.ts',
      status: 'failed',
      message: '',
      assertionResults: [{ status: 'passed', fullName: 'adds' }, { status: 'failed', fullName: 'takes away' }],
    },
    { name: 'b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [{ status: 'passed', fullName: 'divides' }, { status: 'skipped', fullName: 'roots' }] },
  ];
  expect(readVitest({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['1 test'],
    failures: ['a.test.ts: takes away', 'b.test.ts: Cannot find module'],
  });
});

test('whoever runs all tests hears by name which one of Playwright failed, however deep it stands', () => {
  const report = {
    stats: { expected: 3, flaky: 1, unexpected: 1, skipped: 2 },
    suites: [
      { specs: [{ file: 'a.spec.ts', title: 'opens', ok: true }], suites: [{ specs: [{ file: 'a.spec.ts', title: 'closes', ok: false }] }] },
    ],
  };
  expect(readPlaywright(report)).toEqual({ passed: 4, failed: 1, skipped: ['2 tests'], failures: ['a.spec.ts: closes'] });
});

test('whoever runs all tests hears which scenario, which row and which step failed, and which engine is not there', () => {
  const failures = ['Firefox: A second tab: timed out'];
  expect(readEngines({ passed: 36, failed: 1, skipped: [{ engine: 'webkit' }], failures })).toEqual({ passed: 36, failed: 1, skipped: ['webkit'], failures });
  const row = { row: 19, fault: 'a full disk', outcome: 'failed', reasons: ['lost 1', 'lost 2'] };
  expect(readFaults({ rows: [row, { ...row, outcome: 'passed' }, { ...row, outcome: 'not run' }] })).toEqual({
    passed: 1,
    failed: 1,
    failures: ['row 19, a full disk: lost 1'],
  });
  const step = { fixture: 'webpack', step: 'a second tab', ok: true };
  expect(readFixtures({ passed: 1, failed: 1, rows: [step, { ...step, step: 'offline', ok: false }] })).toEqual({
    passed: 1,
    failed: 1,
    failures: ['webpack: offline'],
  });
});
