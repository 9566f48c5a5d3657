import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AnyEngine } from '../faults/engines/engine.ts';
import { buildSite, removeSite } from './kit/build-site.ts';
import { compare, type Comparison } from './kit/compare.ts';
import { cellOf, compatibilityDocument, readCompatibility, type Column } from './kit/compatibility-table.ts';
import { findEngine } from './kit/find-engine.ts';
import type { Outcome } from './kit/outcome.ts';
import { ENGINE_NAMES, parseEnginesOptions, type EngineName } from './kit/options.ts';
import { runScenarios, type Result } from './kit/run-scenarios.ts';
import { allScenarios } from './scenarios/index.ts';

/** The page that the suite writes. */
const DOCUMENT = fileURLToPath(new URL('../../docs/compatibility.md', import.meta.url));

/** How the page calls each engine. */
const COLUMN_NAMES: Readonly<Record<EngineName, string>> = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

const SAME: Comparison = { is: 'same', text: '' };

/** What failed has nothing to compare. */
const compared = (outcome: Result['outcome'], compare: (seen: Outcome) => Comparison): Comparison =>
  outcome.is === 'failed' ? { is: 'wrong', text: outcome.error } : compare(outcome);

/**
 * Runs the suite in each engine that can be had, and compares what came of it with the committed page, or writes that.
 *
 * @param args the command line
 * @returns the exit code: 0 when nothing failed
 */
export async function main(args: readonly string[]): Promise<number> {
  const { engines, only, write, json } = parseEnginesOptions(args);
  const chosen = allScenarios.filter(({ title }) => only === undefined || title.toLowerCase().includes(only));
  if (chosen.length === 0) throw new Error(`No scenario has "${only}" in its title. The titles are in docs/compatibility.md and test/engines/scenarios.`);
  const say = (line: string): void => (json ? console.error(line) : console.log(line));
  const committed = readCompatibility(await readFile(DOCUMENT, 'utf8').catch(() => ''));
  const cells = new Map([...committed.cells].map(([title, byEngine]) => [title, new Map(byEngine)]));
  const versions = new Map(committed.columns.map(({ name, version }) => [name, version]));
  const skipped: { engine: string; why: string }[] = [];
  const failures: string[] = [];
  let passed = 0;

  const fail = (what: string): void => {
    failures.push(what);
    say(what);
  };

  const take = ({ name, version }: AnyEngine, { scenario, outcome, ms }: Result): void => {
    const column = COLUMN_NAMES[name];
    const { is, text } = compared(outcome, (seen) => (write ? SAME : compare(committed, scenario, seen, { name: column, version })));
    if (is === 'wrong') failures.push(`${column}: ${scenario.title}: ${text}`);
    else if (outcome.is !== 'untested') passed += 1;
    if (outcome.is !== 'failed') {
      cells.set(scenario.title, (cells.get(scenario.title) ?? new Map<string, string>()).set(column, cellOf(scenario, outcome)));
    }
    say(`${column.padEnd(9)} ${(is === 'wrong' ? 'FAILED' : outcome.is).padEnd(8)} ${String(Math.round(ms)).padStart(6)} ms  ${scenario.title}`);
    if (text !== '') say(text.replaceAll(/^/gm, ' '.repeat(10)));
  };

  const run = async (engine: AnyEngine): Promise<void> => {
    const what = `${COLUMN_NAMES[engine.name]} ${engine.version}`;
    const startedAt = performance.now();
    versions.set(COLUMN_NAMES[engine.name], engine.version);
    try {
      await runScenarios(engine, chosen, (result) => take(engine, result));
      say(`${what} in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    } catch (error) {
      fail(`${what} could not be run: ${String(error)}`);
    }
  };

  await buildSite();
  try {
    const found: AnyEngine[] = [];
    for (const name of engines) {
      const engine = await findEngine(name);
      if (typeof engine !== 'string') found.push(engine);
      else {
        say(`${COLUMN_NAMES[name]} is skipped. ${engine}`);
        skipped.push({ engine: name, why: engine });
      }
    }
    // Together: most of their time is one waiting for another process.
    await Promise.all(found.map(run));
  } finally {
    await removeSite();
  }
  const titles = new Set(allScenarios.map(({ title }) => title));
  for (const title of write ? [] : [...committed.cells.keys()].filter((known) => !titles.has(known))) {
    fail(`docs/compatibility.md has a row that no scenario sees: ${title}`);
  }
  const failed = failures.length;
  if (write && failed === 0) {
    const columns = ENGINE_NAMES.map((name): Column => {
      const version = versions.get(COLUMN_NAMES[name]);
      return { name: COLUMN_NAMES[name], ...(version === undefined ? {} : { version }) };
    });
    await writeFile(DOCUMENT, compatibilityDocument(allScenarios, { columns, cells }));
  }
  if (json) console.log(JSON.stringify({ passed, failed, skipped, failures }));
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
