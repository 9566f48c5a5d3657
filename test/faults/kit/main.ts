import { proveCheckers } from '../broken-drains/prove-checkers.ts';
import { chromium } from '../engines/chromium.ts';
import type { Engine } from '../engines/engine.ts';
import { allRows } from '../rows/index.ts';
import { buildSite, removeBuilds } from './build-site.ts';
import { runNemesis } from './nemesis.ts';
import { parseFaultOptions, useFaultOptions, type FaultOptions } from './options.ts';
import { isWell, lineOfProof, lineOfRow, lineOfSums, reportOf } from './report.ts';
import type { RowResult } from './row.ts';
import { runRows } from './run-rows.ts';

/**
 * Runs the rows.
 *
 * @param args the command line
 * @returns the exit code: 0 if nothing was lost, doubled, hung or failed
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseFaultOptions(args);
  useFaultOptions(options);
  const say = (line: string): void => (options.json ? console.error(line) : console.log(line));
  const engine = await engineOf(options);
  say(`${engine.name} ${engine.version}, seed ${options.seed}`);
  await buildSite();
  try {
    return await run(engine, options, say);
  } finally {
    await removeBuilds();
  }
}

async function run(engine: Engine, options: FaultOptions, say: (line: string) => void): Promise<number> {
  const { seed, rounds, quick } = options;
  const proof = await proveCheckers(engine, seed, quick ? 4 : 1);
  say(lineOfProof(proof));
  const told = (result: RowResult): void => say(lineOfRow(result));
  const all = await allRows();
  const rows = chosenRows(all, options);
  if (rows.length === 0 && !options.nemesis) throw new Error(`There is no row ${[...(options.only ?? [])].join(', ')}: they are 1 to ${all.at(-1)?.row}, and nemesis.`);
  const results = await runRows(rows, { engine, seed, told });
  if (options.nemesis) results.push(...(await runNemesis({ engine, seed, rounds, told })));
  const report = reportOf(engine, options, proof, results);
  if (options.json) console.log(JSON.stringify(report));
  say(lineOfSums(report));
  return isWell(report) ? 0 : 1;
}

function chosenRows(rows: Awaited<ReturnType<typeof allRows>>, { only, quick }: FaultOptions): typeof rows {
  if (only !== undefined) return rows.filter(({ row }) => only.has(row));
  return quick ? rows.filter((row) => row.quick === true) : rows;
}

async function engineOf({ engine }: FaultOptions): Promise<Engine> {
  if (engine === 'chromium') return chromium();
  const { firefox } = await import('../engines/firefox.ts');
  return firefox();
}
