#!/usr/bin/env node
// Runs automatically before `npm publish`. It checks what only a release needs, and `npm test` can't demand before.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const file = path.join(folder, 'package.json');
const { version, repository, publishConfig } = JSON.parse(await readFile(file, 'utf8'));

/** @param {string} reason */
function refuse(reason) {
  console.error(reason);
  process.exitCode = 1;
}

// A missing file is not published either.
const readme = await readFile(path.join(folder, 'README.md'), 'utf8').catch(() => '');
if (readme.includes('not published yet')) refuse('README.md says that the package is not published yet. Take that out.');
const changes = await readFile(path.join(folder, 'CHANGELOG.md'), 'utf8').catch(() => '');
const isDated = changes.split(/\r?\n/).some((line) => line.startsWith(`## ${version} (`) && /\(\d{4}-\d{2}-\d{2}\)$/.test(line));
if (!isDated) refuse(`CHANGELOG.md has no section "## ${version} (YYYY-MM-DD)". Write version and date of the release in place of what is unreleased.`);

const address = typeof repository === 'string' ? repository : repository?.url;

// The registry compares the repository with the place of the build. It does so only after everything was built and
// sent, and answers E422.
if (publishConfig?.provenance === true && !address) {
  refuse(
    `${file} has "provenance": true and no "repository", so the registry refuses it. Write "repository": { "type": "git", "url": "git+https://…" }, the address of the repository whose CI publishes.`,
  );
}
