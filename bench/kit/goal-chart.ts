import { LABEL, ROW, WIDTH } from './bar-chart.ts';
import { escapeText } from './chart-style.ts';
import { isReached } from './compare.ts';
import type { Result } from './figure.ts';
import { goalOf, shortNumber } from './result-table.ts';

/**
 * All ratios beside their goals. Each is drawn as how far it is from its own goal, on a logarithmic scale and with the
 * better side to the right, so that times, rates and sizes can be looked at together.
 */
export function goalChart(results: readonly Result[]): string {
  const distance = (result: Result, ratio: number): number => {
    const times = result.higherIsBetter ? ratio / result.goal : result.goal / ratio;
    return Math.log10(Math.min(Math.max(times, 1e-3), 1e3));
  };
  const all = results.flatMap((result) => [result.p25, result.ratio, result.p75].map((ratio) => distance(result, ratio)));
  const low = Math.floor(Math.min(-1, ...all));
  const high = Math.ceil(Math.max(0.5, ...all));
  const x = (place: number): number => LABEL + 12 + ((place - low) / (high - low)) * (WIDTH - LABEL - 150);
  const height = results.length * ROW + 44;
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => low + index).map((power) => {
    const text = power === 0 ? 'goal' : power < 0 ? `${10 ** -power}× short` : `${10 ** power}× beyond`;
    return `<line class="${power === 0 ? 'goal' : 'grid'}" x1="${x(power)}" x2="${x(power)}" y1="26" y2="${height - 10}"/><text class="tick" x="${x(power)}" y="16">${text}</text>`;
  });
  const rows = results.map((result, index) => {
    const y = 44 + index * ROW;
    const [from, to] = [x(distance(result, result.p25)), x(distance(result, result.p75))].sort((a, b) => a - b) as [number, number];
    const kind = isReached(result) ? 'reached' : 'short';
    return `<g class="${kind}"><title>${escapeText(`${result.name}: ${shortNumber(result.value)} ${result.unit}, against ${shortNumber(result.floor)} ${result.unit} (${result.against})`)}</title>
<text class="name" x="${LABEL}" y="${y + 4}">${escapeText(result.name)}</text>
<line class="quartiles" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><circle cx="${x(distance(result, result.ratio))}" cy="${y}" r="6"/>
<text class="number" x="${WIDTH - 6}" y="${y + 4}">${shortNumber(result.ratio)} <tspan class="wanted">(${escapeText(goalOf(result))})</tspan></text></g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Ratios beside their goals">${ticks.join('')}${rows.join('\n')}</svg>`;
}
