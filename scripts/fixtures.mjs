#!/usr/bin/env node
// Tests apps as users write them, with the packed package, each in a real browser.
// npm run fixtures -- [NAME...] [--json] [--no-build] [--keep]
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './ensure-browser.mjs';
import { fixtures } from './fixtures/all.mjs';
import { packPackage } from './fixtures/pack-package.mjs';
import { createReport } from './fixtures/report.mjs';
import { endAll } from './fixtures/run-command.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // Prints the result as JSON on stdout, and the text on stderr.
    json: { type: 'boolean', default: false },
    // Packs what is already built.
    'no-build': { type: 'boolean', default: false },
    // Keeps the temporary folder for inspection.
    keep: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !fixtures.some((fixture) => fixture.name === name));
if (unknown.length > 0) {
  console.error(`There is no fixture ${unknown.join(', ')}. There are ${fixtures.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const say = (/** @type {string} */ line) => (values.json ? console.error(line) : console.log(line));
const report = createReport(say);
const chosen = fixtures.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const folder = await mkdtemp(path.join(tmpdir(), 'nudgeloop-fixtures-'));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    endAll();
    if (!values.keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(1);
  });
}

try {
  const { executablePath } = ensureChromium();
  const tarball = await packPackage(folder, { build: !values['no-build'] });
  for (const fixture of chosen) {
    say(`\n${fixture.name}: ${fixture.what}`);
    // A failure ends only this fixture.
    await fixture
      .run({ name: fixture.name, folder: path.join(folder, fixture.name), tarball, executablePath, report: report.of(fixture.name) })
      .catch((error) => report.fail(fixture.name, error));
  }
} catch (error) {
  report.fail('the package', error);
} finally {
  endAll();
  if (values.keep) say(`\nLeft in ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}
const { passed, failed } = report.summary();
if (values.json) console.log(JSON.stringify({ passed, failed, rows: report.rows }));
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
