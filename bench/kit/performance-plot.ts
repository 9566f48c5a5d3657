import { barRows, directionOf, LABEL, titleOf, WIDTH } from './bar-chart.ts';
import { CHART_STYLE, escapeText } from './chart-style.ts';
import type { Report } from './report.ts';

/** Where the first bar is. */
const TOP = 74;

/**
 * `docs/performance.svg` of a full run: the report's chart of the rate beside peers. It has a ground of its own, since a
 * picture does not know the page around it.
 *
 * @returns undefined when that was not measured
 */
export function performancePlot({ charts, date, machine, browser }: Report): string | undefined {
  const chart = charts.find(({ name, backend }) => name === 'record-throughput-64' && backend === 'leveldb');
  if (chart === undefined) return undefined;
  const { rows, bottom } = barRows(chart, TOP);
  const height = bottom + 12;
  const left = LABEL - 260;
  const about = `Each answered by itself, and on disk unless it says relaxed; ${directionOf(chart)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(titleOf(chart))}">
<style>${CHART_STYLE}
svg .ground { fill: var(--card); stroke: var(--line) }
svg .title { font-size: 16px; font-weight: 600 }
svg .about { font-size: 12px; fill: var(--soft) }
</style>
<rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="14"/>
<text class="title" x="${left}" y="32">${escapeText(titleOf(chart))}</text>
<text class="about" x="${left}" y="53">${escapeText(`${about}. ${machine.cores} cores of ${machine.cpu}, ${date}`)}</text>
${rows}
<desc>${escapeText(`${browser}, on ${date}`)}</desc>
</svg>
`;
}
