import { barChart } from './bar-chart.ts';
import { CHART_STYLE, escapeText } from './chart-style.ts';
import { conditionsText } from './conditions.ts';
import { goalChart } from './goal-chart.ts';
import type { Report } from './report.ts';
import { foundOnDisk, goalOf, leftOutByReason, scoreOf } from './result-table.ts';
import { shortNumber } from './short-number.ts';

const STYLE = `${CHART_STYLE}
:root { --ground: #fbfaf7 } @media (prefers-color-scheme: dark) { :root { --ground: #14171c } }
* { box-sizing: border-box } body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 40px 20px 80px } h1 { font-size: 2rem; margin: 0 } h2 { margin: 44px 0 12px; font-size: 1.2rem }
p, dl { color: var(--soft); max-width: 70ch } .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px; margin: 0 0 18px; overflow-x: auto }
figcaption { font-weight: 600; margin-bottom: 10px } small { font-weight: 400; color: var(--soft); margin-left: 6px } svg { width: 100%; min-width: 640px; height: auto; display: block }
svg .number { text-anchor: end } svg .tick { text-anchor: middle; fill: var(--soft); font-size: 11px } svg .wanted { fill: var(--soft) }
.grid { stroke: var(--line) } .goal { stroke: var(--ink); stroke-dasharray: 4 3 } .quartiles { stroke-width: 4; stroke-linecap: round; opacity: .45 }
.reached circle { fill: var(--ours) } .reached .quartiles { stroke: var(--ours) } .noise circle { fill: var(--card); stroke: var(--ours); stroke-width: 2 } .noise .quartiles { stroke: var(--ours) } .short circle { fill: var(--short) } .short .quartiles { stroke: var(--short) }
table { border-collapse: collapse; width: 100%; font-size: 14px } th, td { text-align: left; padding: 7px 10px; border-bottom: 1px solid var(--line); vertical-align: top } td.n { text-align: right; white-space: nowrap } th { color: var(--soft); font-weight: 500 } th.n { text-align: right }`;

/** A page that shows a run, and needs nothing beside itself. */
export function reportPage(report: Report): string {
  const { results, charts, failed, leftOut, machine, conditions, browser, backends, date, quick } = report;
  const rows = results.map(
    (result) =>
      `<tr><td><code>${escapeText(result.name)}</code></td><td class="n">${shortNumber(result.ratio)}</td><td class="n">${shortNumber(result.p25)} to ${shortNumber(result.p75)}</td><td class="n">${goalOf(result)}</td><td class="n">${shortNumber(result.value)} ${escapeText(result.unit)}</td><td>${shortNumber(result.floor)} ${escapeText(result.unit)}: ${escapeText(result.against)}${result.note === undefined ? '' : `<br>${escapeText(result.note)}`}</td></tr>`,
  );
  const missing = [...failed.map(({ name, why }) => `${name} failed: ${why}`), ...leftOutByReason(leftOut)];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Nudgeloop measured</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main>
<h1>Nudgeloop measured</h1>
<p>${scoreOf(results)} on ${date}${quick ? ', in a quick run with fewer rounds and smaller sizes' : ''}. ${escapeText(browser)}, IndexedDB: ${escapeText(foundOnDisk(backends))}; ${escapeText(machine.cpu)}, ${machine.cores} cores, ${machine.memory}, ${escapeText(machine.system)}.</p>
<p>The machine: ${escapeText(conditionsText(conditions))}.</p>
<h2>Each figure and its goal</h2>
<div class="card">${goalChart(results)}</div>
<p>A dot is the median over rounds of the ratio to a floor or a peer in the same round, the bar behind it goes from quartile to quartile. Right of the dashed line, the goal is reached; a dot is hollow if more than a quarter of the rounds is left of it. Whatever is ten times or more away stands at the edge.</p>
${charts.length === 0 ? '' : `<h2>Beside floors and peers</h2>\n${charts.map(barChart).join('\n')}`}
<h2>The numbers</h2>
<div class="card"><table><thead><tr><th>figure</th><th class="n">ratio</th><th class="n">quartiles</th><th class="n">goal</th><th class="n">Nudgeloop</th><th>against</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
${missing.length === 0 ? '' : `<h2>Not measured</h2><ul>${missing.map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`}
</main></body></html>
`;
}
