import { proveCheckers } from '../broken-drains/prove-checkers.ts';
import { chromium } from '../engines/chromium.ts';
import type { Engine } from '../engines/engine.ts';
import { allRows } from '../rows/index.ts';
import { buildSite, removeBuilds } from './build-site.ts';
import { runNemesis } from './nemesis.ts';
import { parseFaultOptions, useFaultOptions, type FaultOptions } from './options.ts';
import type { RowResult } from './row.ts';
import { lineOf, runRows } from './run-rows.ts';

/**
 * Runs the fault matrix.
 *
 * @param args the command line
 * @returns the exit code: 0 when nothing was lost, doubled, hung or failed
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
  let isProved = true;
  if (engine.name === 'chromium') {
    const proof = await proveCheckers(engine, options.seed, options.quick ? 4 : 1);
    isProved = proof.isProved;
    say(proof.line);
  }
  const told = (result: RowResult): void => say(lineOf(result));
  const results = await runRows(chosenRows(await allRows(), options), { engine, seed: options.seed, told });
  if (options.nemesis) results.push(...(await runNemesis({ engine, seed: options.seed, rounds: options.rounds, told })));

  const sum = (field: 'acked' | 'lost' | 'doubled' | 'hung'): number => results.reduce((total, result) => total + result[field], 0);
  const totals = { acked: sum('acked'), lost: sum('lost'), doubled: sum('doubled'), hung: sum('hung') };
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  if (options.json) {
    console.log(JSON.stringify({ engine: engine.name, version: engine.version, seed: options.seed, rounds: options.rounds, ...totals, rows: results }));
  }
  say(`${totals.acked} acked, ${totals.lost} lost, ${totals.doubled} doubled, ${totals.hung} hung; ${passed} rows passed, ${failed} failed, ${results.length - passed - failed} not run`);
  return isProved && failed === 0 ? 0 : 1;
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
