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

Written by \`npm run bench\` on ${date}; to change it, run that. ${scoreOf(results)}.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory}, ${machine.system}
- Its state: ${conditionsText(conditions)}
- Browser: ${browser}. IndexedDB: ${foundOnDisk(backends)}
- Packages: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}

## Method

Floors (raw IndexedDB, MessagePort, BroadcastChannel, an empty worker), peers and Nudgeloop are measured in turn, in the
same run and the same browser, on a profile on disk. Pages and workers are cross-origin isolated, which gives a clock of
5 µs, in Firefox of 20 µs at the most. The order is reversed in odd rounds and rotated from one pair of rounds to the next, and
round 0 is dropped. Both sides are strict: what is acknowledged is on disk; peers, which ask for nothing, are made so,
and the run checks that. A ratio is taken within each round, and the table has its median over rounds, with quartiles.
A goal is reached if the quartile on the worse side reaches it too; where only the median does, that is within noise.
Times of a machine mean little elsewhere; ratios carry over. How each figure is taken is in [bench](../bench/README.md), and what keeps us from the goals in [performance-limits](performance-limits.md).

${isPlotted ? '![Records per second, 64 in flight](performance.svg)\n\n' : ''}## Results

Without a suffix, a result is of Chromium with LevelDB; \`@sqlite\` is Chromium with SQLite, \`@firefox\` is Firefox.

| figure | ratio | p25 to p75 | goal | reached | Nudgeloop | measured against |
| --- | ---: | --- | --- | --- | ---: | --- |
${results.map(rowOf).join('\n')}
${notesOf(results)}
## Beside floors and peers

Medians over rounds, with quartiles. A record that is awaited goes to a worker and back, whoever stores it. Many at once, and lists, are
stored by peers and by raw transactions inside the worker, without messages, which is to their advantage; what is packed comes by a port.

${chartTables(charts)}

## Not measured

${[...failed.map(({ name, why }) => `${name}: ${why}`), ...leftOutByReason(leftOut)].map((line) => `- ${line}\n`).join('')}- A strategy of an app's own that is not \`trusted\`: it is asked for one call after the other, with a transaction before it and one after.
- WebKit, phones, slowed processors, hidden tabs, consumer disks (where strict costs more, for both sides).
- A start of the worker without any page open, which costs a process more.
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
