import { LABEL, ROW, WIDTH } from './bar-chart.ts';
import { escapeText } from './chart-style.ts';
import { verdictOf, type Verdict } from './compare.ts';
import type { Result } from './figure.ts';
import { goalOf } from './result-table.ts';
import { shortNumber } from './short-number.ts';

/** How many times short of its goal, or beyond it, a result is that stands at an edge. */
const EDGE = 10;

/** What is marked: how many times better than the goal. */
const TICKS: readonly (readonly [times: number, text: string])[] = [
  [1 / EDGE, '10× short'], [1 / 5, '5×'], [1 / 2, '2×'], [1, 'goal'], [2, '2×'], [5, '5×'], [EDGE, '10× beyond'],
];

/** The look of each verdict. */
const KINDS: Readonly<Record<Verdict, string>> = { reached: 'reached', 'within noise': 'noise', 'not yet': 'short' };

/**
 * All ratios beside their goals. Each is drawn as how far it is from its own goal, on a logarithmic scale and with the
 * better side to the right, so that times, rates and sizes can be looked at together. One far result must not press all
 * others together, so the axis ends at ten times either way.
 */
export function goalChart(results: readonly Result[]): string {
  const x = (times: number): number => LABEL + 12 + (Math.log10(times * EDGE) / Math.log10(EDGE * EDGE)) * (WIDTH - LABEL - 150);
  const height = results.length * ROW + 44;
  const ticks = TICKS.map(
    ([times, text]) =>
      `<line class="${times === 1 ? 'goal' : 'grid'}" x1="${x(times)}" x2="${x(times)}" y1="26" y2="${height - 10}"/><text class="tick" x="${x(times)}" y="16">${text}</text>`,
  );
  const rows = results.map((result, index) => {
    const y = 44 + index * ROW;
    const [from, to] = [x(timesBeyond(result, result.p25)), x(timesBeyond(result, result.p75))];
    return `<g class="${KINDS[verdictOf(result)]}"><title>${escapeText(`${result.name}: ${shortNumber(result.value)} ${result.unit}, against ${shortNumber(result.floor)} ${result.unit} (${result.against})`)}</title>
<text class="name" x="${LABEL}" y="${y + 4}">${escapeText(result.name)}</text>
<line class="quartiles" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle cx="${x(timesBeyond(result, result.ratio))}" cy="${y}" r="6"/>
<text class="number" x="${WIDTH - 6}" y="${y + 4}">${shortNumber(result.ratio)} <tspan class="wanted">(${escapeText(goalOf(result))})</tspan></text></g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Ratios beside their goals">${ticks.join('')}${rows.join('\n')}</svg>`;
}

/** How many times better than its goal a ratio is, between the edges. Memory that did not grow, or shrank, is at one of them. */
function timesBeyond({ goal, higherIsBetter }: Result, ratio: number): number {
  const part = Math.max(0, ratio) / goal;
  return Math.min(EDGE, Math.max(1 / EDGE, higherIsBetter ? part : 1 / part));
}
