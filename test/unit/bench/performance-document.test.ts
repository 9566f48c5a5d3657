import { expect, test } from 'vitest';
import { performanceDocument } from '../../../bench/kit/performance-document.ts';
import { lacksOf } from '../../../bench/kit/write-document.ts';
import { momentOf, sampleChart, sampleReport } from './sample-report.ts';

test('the table says of each figure whether its goal is reached, or only within noise', () => {
  const document = performanceDocument(sampleReport, false);
  expect(document).toContain('0 of 1 goals reached, 1 more within noise.');
  expect(document).toContain('| `record-awaited` | 1.10 | 1.05 to 1.25 | ≤ 1.2 | within noise | 11.0 µs | 10.0 µs: a floor |');
  expect(document).toContain('- `record-awaited`: a note');
});

test('what everybody took stands in a table of its own, with a column for each backend', () => {
  const sqlite = { ...sampleChart, backend: 'sqlite' as const, bars: sampleChart.bars.slice(1) };
  const document = performanceDocument({ ...sampleReport, charts: [sampleChart, sqlite] }, false);
  expect(document).toContain('### One durable record, awaited');
  expect(document).toContain('| | LevelDB | SQLite |');
  expect(document).toContain('| idb-keyval | 1,000 (950 to 1,050) | – |');
  expect(document).toContain('| **Nudgeloop** | 2,000 (1,950 to 2,050) | 2,000 (1,950 to 2,050) |');
});

test('the state of the machine is told, before and after', () => {
  expect(performanceDocument(sampleReport, false)).toContain("- Its state: load average 0.500 and 0.500, 2.00 % of the processors' time stolen");
  const early = { ...sampleReport, conditions: { before: momentOf(1, 0), after: null } };
  expect(performanceDocument(early, false)).toContain('- Its state: load average 0.500, a fixed spin');
});

test('what was left out is told; only what was to be taken keeps a run from being written down', () => {
  expect(performanceDocument(sampleReport, false)).toContain('- left out, as it asks DevTools: memory-at-1m@firefox');
  expect(lacksOf(sampleReport)).toEqual([]);
  const late = { name: 'sizes', why: 'the time of the run was over', isExpected: false };
  const lacking = { failed: [{ name: 'cold-worker', why: 'no answer' }], leftOut: [...sampleReport.leftOut, late] };
  expect(lacksOf(lacking)).toEqual(['cold-worker failed: no answer', 'left out, as the time of the run was over: sizes']);
});
