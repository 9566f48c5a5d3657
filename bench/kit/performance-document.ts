import { chartTables } from './chart-tables.ts';
import { verdictOf, type Verdict } from './compare.ts';
import { conditionsText } from './conditions.ts';
import type { Result } from './figure.ts';
import type { Report } from './report.ts';
import { foundOnDisk, goalOf, leftOutByReason, scoreOf } from './result-table.ts';
import { shortNumber } from './short-number.ts';

/** What the table says of each verdict. */
const REACHED: Readonly<Record<Verdict, string>> = { reached: 'yes', 'within noise': 'within noise', 'not yet': 'no' };

/**
 * `docs/performance.md` of a full run.
 *
 * @param isPlotted whether there is a `performance.svg` beside it
 */
export function performanceDocument(report: Report, isPlotted: boolean): string {
  const { date, machine, conditions, browser, versions, results, charts, backends, failed, leftOut } = report;
  return `# Performance

Written by \`npm run bench\` on ${date}. To change it, run that command. ${scoreOf(results)}.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory}, ${machine.system}
- Its state: ${conditionsText(conditions)}
- Browser: ${browser}. IndexedDB: ${foundOnDisk(backends)}
- Packages: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}

## Method

- Floors (raw IndexedDB, MessagePort, BroadcastChannel, an empty worker), peers and Nudgeloop are measured in turn, in the
  same run and the same browser, on a profile on disk. The order is reversed in odd rounds and rotated from one pair of
  rounds to the next. Round 0 is dropped.
- Pages and workers are cross-origin isolated. That gives a clock of 5 µs, in Firefox of at most 20 µs.
- Both sides are strict: what is acknowledged is on disk. Peers do not ask for that, so the benchmark makes them strict
  and checks it.
- A ratio is taken within each round. The table shows its median over rounds, with quartiles.
- A goal is reached if the quartile on the worse side reaches it too. If only the median does, the result is within noise.

Times of one machine mean little elsewhere; ratios carry over. [bench](../bench/README.md) says how each figure is
taken, and [performance-limits](performance-limits.md) why goals are not reached.

${isPlotted ? '![Records per second, 64 in flight](performance.svg)\n\n' : ''}## Results

A result without a suffix is for Chromium with LevelDB, \`@sqlite\` is Chromium with SQLite, and \`@firefox\` is Firefox.

| figure | ratio | p25 to p75 | goal | reached | Nudgeloop | measured against |
| --- | ---: | --- | --- | --- | ---: | --- |
${results.map(rowOf).join('\n')}
${notesOf(results)}
## Beside floors and peers

Medians over rounds, with quartiles. An awaited record goes to a worker and back, whoever stores it. For many at once and
for lists, peers and raw transactions run inside the worker, without messages, which is to their advantage. The packed
floor gets its records by a port.

${chartTables(charts)}

## Not measured

${[...failed.map(({ name, why }) => `${name}: ${why}`), ...leftOutByReason(leftOut)].map((line) => `- ${line}\n`).join('')}- An app's own strategy that is not \`trusted\`: it handles one call after the other, with a transaction before it and one after.
- WebKit, phones, slowed processors, hidden tabs, consumer disks (where strict costs more, for both sides).
- A start of the worker without any open page, which costs one more process.
- Paced use: a single click on an idle machine is slower than one of many, for the floor too.
`;
}

function rowOf(result: Result): string {
  const { name, ratio, p25, p75, value, floor, unit, against } = result;
  return `| \`${name}\` | ${shortNumber(ratio)} | ${shortNumber(p25)} to ${shortNumber(p75)} | ${goalOf(result)} | ${REACHED[verdictOf(result)]} | ${shortNumber(value)} ${unit} | ${shortNumber(floor)} ${unit}: ${against} |`;
}

function notesOf(results: readonly Result[]): string {
  const notes = results.flatMap(({ name, note }) => (note === undefined ? [] : [`- \`${name}\`: ${note}`]));
  return notes.length === 0 ? '' : `\n${notes.join('\n')}\n`;
}
