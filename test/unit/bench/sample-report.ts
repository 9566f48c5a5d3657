import { barOf } from '../../../bench/kit/bar-of.ts';
import { compare } from '../../../bench/kit/compare.ts';
import type { Moment } from '../../../bench/kit/conditions.ts';
import type { Report, TakenChart } from '../../../bench/kit/report.ts';

/** How a machine stood, with so many ticks of which so many were stolen. */
export const momentOf = (all: number, stolen: number): Moment => ({
  load: [0.5, 0.4, 0.3],
  ticks: { all, stolen },
  calibration: { spinMs: 20, pingUs: 30, syncUs: 150 },
});

/** A chart of one peer and Nudgeloop. */
export const sampleChart: TakenChart = {
  name: 'record-awaited',
  backend: 'leveldb',
  title: 'One durable record, awaited',
  unit: 'µs',
  higherIsBetter: false,
  bars: [barOf('idb-keyval', [900, 1_000, 1_100]), barOf('Nudgeloop', [1_900, 2_000, 2_100], true)],
};

/** A full run in which nothing is missing. */
export const sampleReport: Report = {
  date: '2026-11-29',
  machine: { cpu: 'a processor', cores: 2, memory: '4 GiB', system: 'Linux 6' },
  conditions: { before: momentOf(1_000, 0), after: momentOf(2_000, 20) },
  browser: 'chromium 150, headless',
  versions: { node: '20' },
  quick: false,
  isFull: true,
  results: [compare({ name: 'record-awaited', goal: 1.2, unit: 'µs', against: 'a floor', ours: [10, 11, 14], other: 10, note: 'a note' })],
  charts: [sampleChart],
  failed: [],
  backends: [{ asked: 'leveldb', found: 'LevelDB' }],
  leftOut: [{ name: 'memory-at-1m@firefox', why: 'it asks DevTools', isExpected: true }],
};
