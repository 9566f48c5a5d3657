import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allFigures } from './figures/index.ts';
import { buildBench, removeBench } from './kit/build-bench.ts';
import { conditionsText, readMoment, type Moment } from './kit/conditions.ts';
import type { Figure } from './kit/figure.ts';
import { findEngines } from './kit/find-engines.ts';
import { writeMachine } from './kit/machine.ts';
import { parseBenchOptions, type BenchOptions } from './kit/options.ts';
import type { LeftOut, Report, Taken } from './kit/report.ts';
import { reportPage } from './kit/report-page.ts';
import { runFigures } from './kit/run-figures.ts';
import { resultTable } from './kit/result-table.ts';
import { writeDocument } from './kit/write-document.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Measures, and writes down what came out.
 *
 * @param args the command line
 * @returns the exit code: 0 when every figure could be measured, whether it reached its goal or not
 */
export async function main(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const options = parseBenchOptions(args);
  const say = (line: string): void => (options.json ? console.error(line) : console.log(line));
  const figures = chosenFigures(allFigures, options);
  const engines = await findEngines(options);
  const machine = await writeMachine([...engines.values()]);
  const before = await readMoment();
  const isFull = !options.quick && options.only === undefined && options.isAll;
  say(`${machine.browser}${options.quick ? ', a quick run: fewer rounds, smaller sizes' : ''}`);
  const reportOf = (taken: Taken, after: Moment | null): Report => {
    return { ...taken, ...machine, conditions: { before, after }, quick: options.quick, isFull, leftOut: [...taken.leftOut, ...figures.leftOut] };
  };
  const keep = async (report: Report): Promise<void> => {
    await writeFile(at('bench/results.json'), `${JSON.stringify(report, null, 2)}\n`);
    await writeFile(at('bench/report.html'), reportPage(report));
  };
  await buildBench();
  try {
    const taken = await runFigures(figures.taken, { engines, options, startedAt, say, keep: (soFar) => keep(reportOf(soFar, null)) });
    const report = reportOf(taken, await readMoment());
    await keep(report);
    say(`\n${resultTable(report)}`);
    say(conditionsText(report.conditions));
    if (report.isFull) await writeDocument(report, say);
    say(`in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    if (options.json) console.log(JSON.stringify(report));
    return report.failed.length === 0 ? 0 : 1;
  } finally {
    await removeBench();
  }
}

function chosenFigures(all: readonly Figure[], { only, quick }: BenchOptions): { taken: Figure[]; leftOut: LeftOut[] } {
  const isNamed = ({ name, gives }: Figure): boolean => only === undefined || [name, ...gives].some((given) => only.has(given));
  const known = new Set(all.flatMap(({ name, gives }) => [name, ...gives]));
  const unknown = [...(only ?? [])].filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}. There are ${[...known].sort().join(', ')}.`);
  // What somebody names is taken even in a quick run.
  const isTaken = (figure: Figure): boolean => isNamed(figure) && (only !== undefined || !quick || figure.isQuick);
  const missed = only === undefined ? all.filter((figure) => !isTaken(figure)) : [];
  const leftOut = missed.flatMap(({ gives }) => gives.map((name) => ({ name, why: 'it takes too long for a quick run', isExpected: true })));
  return { taken: all.filter(isTaken), leftOut };
}
