import { describe, expect, test } from 'vitest';
import { History } from '../../faults/kit/history.ts';
import { isWell, LEFT_OUT, leftOut, lineOfProof, lineOfRow, lineOfSums, reportOf, type Proof, type RowResult } from '../../faults/kit/report.ts';

const proof: Proof = {
  isProved: true,
  drains: [
    { drain: 'take-then-do', points: 46, found: { lost: 6 }, expected: ['lost'], isRight: true },
    { drain: 'correct', points: 38, found: {}, expected: [], isRight: true },
  ],
};

const passed: RowResult = {
  row: 19,
  fault: 'a fault',
  engine: 'firefox',
  outcome: 'passed',
  tried: 9,
  acked: 8,
  lost: 0,
  doubled: 0,
  hung: 0,
  killPoints: 0,
  notRunParts: [],
  reasons: [],
  took: 1_500,
};
const partly: RowResult = { ...passed, notRunParts: ['a part (no DevTools)', 'another (no root)'] };
const notRun: RowResult = { ...passed, outcome: 'not run', tried: 0, acked: 0, reasons: ['no freezing'] };
const failed: RowResult = { ...passed, outcome: 'failed', lost: 1, reasons: Array.from({ length: 10 }, (_none, at) => `reason ${at}`) };

const report = (...rows: RowResult[]) => reportOf({ name: 'firefox', version: '140.1' }, { seed: 7, rounds: 20 }, proof, rows);

test('the JSON form says what ran, with what, and what came of it', () => {
  const parsed = JSON.parse(JSON.stringify(report(passed, partly, notRun, failed))) as unknown;
  expect(parsed).toMatchObject({ engine: 'firefox', version: '140.1', seed: 7, rounds: 20 });
  expect(parsed).toMatchObject({ acked: 24, lost: 1, doubled: 0, hung: 0, passed: 2, failed: 1, notRun: 1 });
  expect(parsed).toMatchObject({ proof, rows: [passed, partly, notRun, failed] });
});

describe('a line of the report', () => {
  test('says which parts of a row did not run, and why', () => {
    expect(lineOfRow(passed)).toContain('passed: 9 tried, 8 acked, 0 lost, 0 doubled, 0 hung, 1.5 s');
    expect(lineOfRow(partly)).toContain('passed, but for a part (no DevTools) and another (no root): 9 tried');
    expect(lineOfRow(notRun)).toContain('not run: no freezing');
    expect(lineOfSums(report(passed, partly, notRun))).toContain('2 rows passed (1 of them but for a part), 0 failed, 1 not run');
  });

  test('says how often a worker was killed, and why a row failed, without end', () => {
    expect(lineOfRow({ ...passed, killPoints: 82 })).toContain('passed: 82 kill points, 9 tried');
    expect(lineOfRow(failed).split('\n')).toHaveLength(10);
    expect(lineOfRow(failed)).toContain('and 2 more');
  });

  test('says what was found in the broken drains', () => {
    expect(lineOfProof(proof)).toBe('proof: take-then-do: 6 lost at 46 kill points; correct: nothing at 38 kill points');
    const [drain] = proof.drains;
    expect(lineOfProof({ isProved: false, drains: [{ ...drain!, found: {}, isRight: false }] })).toContain('nothing at 46 kill points (WRONG)');
  });
});

test('a run is well only if the checkers are proved and no row failed', () => {
  expect(isWell(report(passed, partly, notRun))).toBe(true);
  expect(isWell(report(passed, failed))).toBe(false);
  expect(isWell({ ...report(passed), proof: { ...proof, isProved: false } })).toBe(false);
});

test('a part that is left out is told once, however often a row comes by', () => {
  const history = new History();
  for (let time = 0; time < 3; time += 1) history.note({ actor: 'harness', type: 'seen', call: 0, op: LEFT_OUT, value: 'a part (no DevTools)' });
  expect(leftOut(history.events)).toEqual(['a part (no DevTools)']);
});
