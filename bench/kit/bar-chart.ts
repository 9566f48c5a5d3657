import { escapeText } from './chart-style.ts';
import type { BarChart } from './figure.ts';
import { shortNumber } from './result-table.ts';

/** The width of a chart, in its own units. */
export const WIDTH = 860;

/** The width of the labels left of it. */
export const LABEL = 290;

/** The height of a row. */
export const ROW = 34;

/** Everybody's number as a bar, as the inside of an SVG that is `WIDTH` wide, and the height that it takes. */
export function barRows({ unit, bars }: BarChart, top = 4): { rows: string; bottom: number } {
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, isOurs }, index) => {
    const y = top + index * ROW;
    const width = Math.max(2, (value / most) * (WIDTH - LABEL - 140));
    return `<g class="${isOurs ? 'ours' : 'theirs'}"><text class="name" x="${LABEL}" y="${y + 19}">${escapeText(label)}</text>
<rect x="${LABEL + 12}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW - 11}" rx="4"/><text x="${(LABEL + 20 + width).toFixed(1)}" y="${y + 19}">${shortNumber(value)} ${escapeText(unit)}</text></g>`;
  });
  return { rows: rows.join('\n'), bottom: top + bars.length * ROW + 4 };
}

/** A bar chart for a page. */
export function barChart(chart: BarChart): string {
  const { rows, bottom } = barRows(chart);
  return `<figure><figcaption>${escapeText(chart.title)} <small>${directionOf(chart)}</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${bottom}" role="img" aria-label="${escapeText(chart.title)}">${rows}</svg></figure>`;
}

/** How to read a bar. */
export const directionOf = ({ higherIsBetter }: BarChart): string => (higherIsBetter ? 'longer is better' : 'shorter is better');
