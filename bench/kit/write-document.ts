import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { performanceDocument } from './performance-document.ts';
import { performancePlot } from './performance-plot.ts';
import type { Report } from './report.ts';
import { leftOutByReason } from './result-table.ts';

/** Where a document goes in which something is missing. */
const ASIDE = '.cache/bench';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Writes `docs/performance.md` and its picture: only a full run is for readers who have not made it. One in which something is missing
 * goes elsewhere, since it would take the place of one that is whole.
 */
export async function writeDocument(report: Report, say: (line: string) => void): Promise<void> {
  const lacks = lacksOf(report);
  const folder = lacks.length === 0 ? 'docs' : ASIDE;
  await mkdir(at(folder), { recursive: true });
  const plot = performancePlot(report);
  if (plot !== undefined) await writeFile(at(`${folder}/performance.svg`), plot);
  await writeFile(at(`${folder}/performance.md`), performanceDocument(report, plot !== undefined));
  if (lacks.length > 0) say(`docs/performance.md stays as it was, and this run's is in ${folder}:\n${lacks.join('\n')}`);
}

/** What was to be taken in a run and was not, a line for each reason. */
export function lacksOf({ failed, leftOut }: Pick<Report, 'failed' | 'leftOut'>): string[] {
  return [...failed.map(({ name, why }) => `${name} failed: ${why}`), ...leftOutByReason(leftOut.filter(({ isExpected }) => !isExpected))];
}
