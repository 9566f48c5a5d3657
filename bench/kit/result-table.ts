import { verdictOf } from './compare.ts';
import type { Result } from './figure.ts';
import type { Report } from './report.ts';
import { shortNumber } from './short-number.ts';

/** A result's goal with its direction. */
export const goalOf = ({ goal, higherIsBetter }: Result): string => `${higherIsBetter ? '≥' : '≤'} ${goal}`;

/** How many goals were reached, in words. */
export function scoreOf(results: readonly Result[]): string {
  const verdicts = results.map(verdictOf);
  const reached = verdicts.filter((verdict) => verdict === 'reached').length;
  const noisy = verdicts.filter((verdict) => verdict === 'within noise').length;
  return `${reached} of ${results.length} goals reached${noisy === 0 ? '' : `, ${noisy} more within noise`}`;
}

/** One result on one line. */
export function resultLine(result: Result): string {
  const { name, ratio, p25, p75, value, floor, unit } = result;
  const range = `[${shortNumber(p25)}, ${shortNumber(p75)}]`;
  return `${name.padEnd(40)} ${shortNumber(ratio).padStart(8)} ${range.padEnd(18)} ${goalOf(result).padEnd(8)} ${verdictOf(result).padEnd(12)}  ${shortNumber(value)} against ${shortNumber(floor)} ${unit}`;
}

/** All results for a terminal, and what is not among them. */
export function resultTable({ results, failed, leftOut, quick }: Report): string {
  return [
    `${'figure'.padEnd(40)} ${'ratio'.padStart(8)} ${'[p25, p75]'.padEnd(18)} goal`,
    ...results.map(resultLine),
    ...failed.map(({ name, why }) => `${name.padEnd(40)}   FAILED ${why}`),
    `${scoreOf(results)}${quick ? '; a quick run, with fewer rounds and smaller sizes' : ''}`,
    ...leftOutByReason(leftOut),
  ].join('\n');
}

/** What was left out, by reason, a line for each. */
export function leftOutByReason(leftOut: Report['leftOut']): string[] {
  const names = new Map<string, string[]>();
  for (const { name, why } of leftOut) names.set(why, [...(names.get(why) ?? []), name]);
  return [...names].map(([why, left]) => `left out, as ${why}: ${left.join(', ')}`);
}

/** How IndexedDB was to be stored, and was. */
export function foundOnDisk(backends: Report['backends']): string {
  return backends.map(({ asked, found }) => `${asked} asked for, ${found} found on disk`).join('; ');
}
