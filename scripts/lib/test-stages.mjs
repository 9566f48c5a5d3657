import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readEngines, readFaults, readFixtures, readPlaywright, readVitest } from './read-reports.mjs';

/** @typedef {import('./read-reports.mjs').Count} Count */
/** @typedef {{ name: string, command: string, needs?: string, env?: Record<string, string>, count?: () => Promise<Count> }} Stage */

/**
 * The stages of `npm test`, in order.
 *
 * @param {object} options
 * @param {string} options.reports the folder of the runners' reports
 * @param {string[]} options.engines those that the machine has
 * @param {string[]} options.missing those that it lacks
 * @param {boolean} options.isCi whether a skipped engine is a failure, and a part of the fault kit and of the users' apps runs
 * @returns {Stage[]}
 */
export function testStages({ reports, engines, missing, isCi }) {
  const report = async (/** @type {string} */ name) => JSON.parse(await readFile(path.join(reports, `${name}.json`), 'utf8'));
  // So that these runners refuse a forgotten `only`, and write no snapshot that is missing.
  const ci = isCi ? { CI: '1' } : {};
  const into = (/** @type {string} */ name) => path.join(reports, `${name}.json`);

  /** @param {string} name @param {string} projects @returns {Stage} */
  const vitest = (name, projects = name) => ({
    name,
    command: `vitest run --project "${projects}" --reporter=default --reporter=json --outputFile.json="${into(name)}"`,
    env: ci,
    count: async () => readVitest(await report(name)),
  });

  /** @type {Stage} */
  const faults = {
    name: 'faults',
    // The short part: one seed, and the rows that take seconds. `npm run faults` runs all.
    command: `node scripts/faults.mjs --quick --rounds 5 --seed 1 --json > "${into('faults')}"`,
    count: async () => readFaults(await report('faults')),
  };

  /** @type {Stage} */
  const fixtures = {
    name: 'fixtures',
    needs: 'build',
    // The two that install least. `npm run fixtures` runs all.
    command: `node scripts/fixtures.mjs plain-script vite-react --no-build --json > "${into('fixtures')}"`,
    count: async () => readFixtures(await report('fixtures')),
  };

  return [
    { name: 'types', command: 'tsc -b' },
    { name: 'lint', command: 'oxlint --deny-warnings' },
    vitest('unit', 'unit*'),
    vitest('docs'),
    vitest('browser'),
    { name: 'conformance', command: 'node scripts/conformance.mjs' },
    { name: 'build', command: 'npm run --silent build && npm run --silent build:demo' },
    {
      name: 'e2e',
      needs: 'build',
      command: 'playwright test --reporter=list,json',
      env: { ...ci, PLAYWRIGHT_JSON_OUTPUT_NAME: into('e2e') },
      count: async () => readPlaywright(await report('e2e')),
    },
    {
      name: 'engines',
      needs: 'build',
      // On a developer's machine, missing engines are skipped, and the summary says so.
      command: `node scripts/engines.mjs --engine ${engines.join() || 'chromium'} --json > "${into('engines')}"`,
      count: async () => {
        const result = readEngines(await report('engines'));
        const without = [...new Set([...missing, ...(result.skipped ?? [])])];
        return { ...result, failed: isCi ? result.failed + without.length : result.failed, skipped: without };
      },
    },
    { name: 'sizes', needs: 'build', command: 'node scripts/sizes.mjs' },
    { name: 'package', needs: 'build', command: 'npm run --silent package-check' },
    ...(isCi ? [faults, fixtures] : []),
  ];
}
