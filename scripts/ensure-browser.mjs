#!/usr/bin/env node
// Makes sure that there is a Chromium to test with, installing one if need be. `--no-install` only looks.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findBrowser } from './lib/find-browser.mjs';

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  console.error(`> ${[command, ...args].join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], shell, env }).status === 0;
}

/** Ubuntu is left out on purpose: its `chromium` package is a stub for a snap. */
function isPlainDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function install() {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && isPlainDebian()) {
    const apt = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
    if (apt() || (run('apt-get', ['update']) && apt())) return;
  }
  // The headless shell is left out: it has no background sync and no notifications.
  const withDeps = isRoot && process.platform === 'linux' ? ['--with-deps'] : [];
  run('npx', ['--no-install', 'playwright', 'install', '--no-shell', ...withDeps, 'chromium']);
}

/**
 * @param {{ mayInstall?: boolean }} [options]
 * @returns {import('./lib/find-browser.mjs').Found}
 * @throws if there is no Chromium and none could be installed
 */
export function ensureChromium({ mayInstall = true } = {}) {
  let found = findBrowser('chromium');
  if (!found && mayInstall) {
    install();
    found = findBrowser('chromium');
  }
  if (found) return found;
  throw new Error(
    'No Chromium found. Install Chrome or Chromium, or run "npx playwright install --no-shell chromium",' +
      ' or set CHROME_BIN to the executable.',
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { executablePath, how } = ensureChromium({ mayInstall: !process.argv.includes('--no-install') });
    console.log(`chromium: ${executablePath} (${how})`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
