import { expect, test } from 'vitest';
import { barOf } from '../../../bench/kit/bar-of.ts';
import { barChart, directionOf } from '../../../bench/kit/bar-chart.ts';
import { compare } from '../../../bench/kit/compare.ts';
import { goalChart } from '../../../bench/kit/goal-chart.ts';
import { reportPage } from '../../../bench/kit/report-page.ts';
import { sampleChart, sampleReport } from './sample-report.ts';

const common = { name: 'a-figure', goal: 1, unit: 'MB', against: 'a growth' };
const placeOf = (chart: string): number => Number(/cx="([\d.]+)"/.exec(chart)?.[1]);
const widthsOf = (chart: string): number[] => [...chart.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

test('a result far from its goal stands at the edge, and one that is nothing or below does too', () => {
  const place = (value: number, higherIsBetter = false): number => placeOf(goalChart([compare({ ...common, higherIsBetter, ours: [value], other: 1 })]));
  const [short, goal, beyond] = [place(10), place(1), place(0.1)];
  expect(short).toBeLessThan(goal);
  expect(goal - short).toBeCloseTo(beyond - goal);
  expect([place(0), place(-1), place(0.001)]).toEqual([beyond, beyond, beyond]);
  expect([place(1_000), place(0, true)]).toEqual([short, short]);
});

test('bars that are far apart have logarithmic lengths, and the page says so', () => {
  const far = { ...sampleChart, bars: [barOf('quick', [10]), barOf('slow', [1_000])] };
  expect(directionOf(sampleChart)).toBe('shorter is better');
  expect(directionOf(far)).toBe('shorter is better, on a logarithmic scale');
  const [quick, slow] = widthsOf(barChart(far)) as [number, number];
  expect(slow / quick).toBeCloseTo(3, 1);
  const [less, more] = widthsOf(barChart(sampleChart)) as [number, number];
  expect(more / less).toBeCloseTo(2, 1);
});

test('the page holds the score, the state of the machine and every figure', () => {
  const page = reportPage(sampleReport);
  for (const text of ['1 more within noise', 'load average 0.500', '<code>record-awaited</code>', 'One durable record, awaited (LevelDB)', 'class="noise"']) {
    expect(page).toContain(text);
  }
});
