import { BACKENDS, type BackendName } from './backends.ts';
import type { Bar } from './figure.ts';
import type { TakenChart } from './report.ts';
import { shortNumber } from './short-number.ts';

/** What charts show, as tables in Markdown: one for each figure, a column for each backend that it was taken on. */
export function chartTables(charts: readonly TakenChart[]): string {
  const names = [...new Set(charts.map(({ name }) => name))];
  return names.map((name) => chartTable(charts.filter((chart) => chart.name === name))).join('\n\n');
}

/** One figure's charts, of which there is at least one. */
function chartTable(charts: readonly TakenChart[]): string {
  const { title, unit, higherIsBetter } = charts[0]!;
  const labels = [...new Set(charts.flatMap(({ bars }) => bars.map(({ label }) => label)))];
  const titleOf = ({ backend }: { readonly backend: BackendName }): string => BACKENDS[backend].title;
  const rows = labels.map((label) => {
    const bars = charts.map((chart) => chart.bars.find((bar) => bar.label === label));
    const name = bars.some((bar) => bar?.isOurs) ? `**${label}**` : label;
    return `| ${name} | ${bars.map(cellOf).join(' | ')} |`;
  });
  return `### ${title}

In ${unit}; ${higherIsBetter ? 'more' : 'less'} is better.

| | ${charts.map(titleOf).join(' | ')} |
| --- | ${charts.map(() => '---:').join(' | ')} |
${rows.join('\n')}`;
}

/** A number as in `2,250 (2,100 to 2,400)`. */
function cellOf(bar: Bar | undefined): string {
  return bar === undefined ? '–' : `${shortNumber(bar.value)} (${shortNumber(bar.p25)} to ${shortNumber(bar.p75)})`;
}
