import { BACKENDS } from './backends.ts';
import { escapeText } from './chart-style.ts';
import type { BarChart } from './figure.ts';
import type { TakenChart } from './report.ts';
import { shortNumber } from './short-number.ts';

/** The width of a chart, in its own units. */
export const WIDTH = 860;

/** The width of the labels left of it. */
export const LABEL = 290;

/** The height of a row. */
export const ROW = 34;

/** How many times the shortest the longest bar may be before lengths are logarithms: beyond that the short ones can't be told apart. */
const LONGEST = 50;

/** Everybody's number as a bar, as the inside of an SVG that is `WIDTH` wide, and the height that it takes. */
export function barRows(chart: BarChart, top = 4): { rows: string; bottom: number } {
  const { unit, bars } = chart;
  const partOf = isLogarithmic(chart) ? logarithmicPart(chart) : linearPart(chart);
  const rows = bars.map(({ label, value, isOurs }, index) => {
    const y = top + index * ROW;
    const width = Math.max(2, partOf(value) * (WIDTH - LABEL - 140));
    return `<g class="${isOurs ? 'ours' : 'theirs'}"><text class="name" x="${LABEL}" y="${y + 19}">${escapeText(label)}</text>
<rect x="${LABEL + 12}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW - 11}" rx="4"/><text x="${(LABEL + 20 + width).toFixed(1)}" y="${y + 19}">${shortNumber(value)} ${escapeText(unit)}</text></g>`;
  });
  return { rows: rows.join('\n'), bottom: top + bars.length * ROW + 4 };
}

/** A bar chart for a page. */
export function barChart(chart: TakenChart): string {
  const { rows, bottom } = barRows(chart);
  return `<figure><figcaption>${escapeText(titleOf(chart))} <small>${directionOf(chart)}</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${bottom}" role="img" aria-label="${escapeText(titleOf(chart))}">${rows}</svg></figure>`;
}

/** A chart's title, with where it was taken. */
export const titleOf = ({ title, backend }: TakenChart): string => `${title} (${BACKENDS[backend].title})`;

/** How to read a bar. */
export function directionOf(chart: BarChart): string {
  const direction = chart.higherIsBetter ? 'longer is better' : 'shorter is better';
  return isLogarithmic(chart) ? `${direction}, on a logarithmic scale` : direction;
}

type PartOf = (value: number) => number;

const valuesOf = ({ bars }: BarChart): number[] => bars.map(({ value }) => value);

function isLogarithmic(chart: BarChart): boolean {
  const least = Math.min(...valuesOf(chart));
  return least > 0 && Math.max(...valuesOf(chart)) / least > LONGEST;
}

function linearPart(chart: BarChart): PartOf {
  const most = Math.max(...valuesOf(chart));
  return (value) => value / most;
}

/** From the power of ten below the shortest, so that this one has a length too. */
function logarithmicPart(chart: BarChart): PartOf {
  const low = Math.ceil(Math.log10(Math.min(...valuesOf(chart)))) - 1;
  const reach = Math.log10(Math.max(...valuesOf(chart))) - low;
  return (value) => (Math.log10(value) - low) / reach;
}
