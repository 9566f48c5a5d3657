#!/usr/bin/env node
// Makes sure that there is a browser to test with, and installs one if needed.
// node scripts/ensure-browser.mjs [chromium|firefox|webkit] [--no-install]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findBrowser, findCommand } from './lib/find-browser.mjs';

/** @typedef {import('./lib/find-browser.mjs').BrowserName} BrowserName */
/** @typedef {import('./lib/find-browser.mjs').Found} Found */

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

/** Not Ubuntu: its `chromium` package is a stub for a snap. */
function isPlainDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * WebKitGTK's driver, a display for it, and what our own browser is made with (test/faults/engines/webkit-browser.py).
 */
const WEBKIT_PACKAGES = ['webkit2gtk-driver', 'xvfb', 'python3-gi', 'gir1.2-webkit2-4.1'];

/**
 * @param {string[]} names
 * @returns {boolean} whether Debian's packages are there now
 */
function installPackages(...names) {
  if (process.getuid?.() !== 0 || !isPlainDebian()) return false;
  const apt = () => run('apt-get', ['install', '-y', '--no-install-recommends', ...names]);
  return apt() || (run('apt-get', ['update']) && apt());
}

function installChromium() {
  if (installPackages('chromium')) return;
  // Without the headless shell: it has no background sync and no notifications.
  const withDeps = process.getuid?.() === 0 && process.platform === 'linux' ? ['--with-deps'] : [];
  run('npx', ['--no-install', 'playwright', 'install', '--no-shell', ...withDeps, 'chromium']);
}

/**
 * @param {BrowserName} name
 * @param {boolean} mayInstall
 * @param {() => void} install
 * @param {string} advice
 * @returns {Found}
 */
function ensure(name, mayInstall, install, advice) {
  // WebKitGTK has no mode without a display.
  const find = () => (name !== 'webkit' || findCommand('Xvfb') ? findBrowser(name) : undefined);
  let found = find();
  if (!found && mayInstall) {
    install();
    found = find();
  }
  if (found) return found;
  throw new Error(advice);
}

/**
 * @param {{ mayInstall?: boolean }} [options]
 * @returns {Found}
 * @throws if there is no Chromium and none could be installed
 */
export function ensureChromium({ mayInstall = true } = {}) {
  return ensure(
    'chromium',
    mayInstall,
    installChromium,
    'No Chromium found. Install Chrome or Chromium, or run "npx playwright install --no-shell chromium",' +
      ' or set CHROME_BIN to the executable.',
  );
}

/**
 * Installs Firefox on plain Debian only. Elsewhere it only looks, since Playwright's own Firefox is a patched build.
 *
 * @param {{ mayInstall?: boolean }} [options]
 * @returns {Found}
 * @throws if there is no Firefox and none could be installed
 */
export function ensureFirefox({ mayInstall = true } = {}) {
  return ensure(
    'firefox',
    mayInstall,
    () => void installPackages('firefox-esr'),
    'No Firefox found. Install Firefox 138 or later, or set FIREFOX_BIN to the executable.',
  );
}

/**
 * Installs WebKitGTK on plain Debian only. Elsewhere it only looks.
 *
 * @param {{ mayInstall?: boolean }} [options]
 * @returns {Found} the driver, `WebKitWebDriver`
 * @throws if there is no WebKitGTK with its driver and none could be installed
 */
export function ensureWebKit({ mayInstall = true } = {}) {
  return ensure(
    'webkit',
    mayInstall,
    () => void installPackages(...WEBKIT_PACKAGES),
    `No WebKitGTK with its driver found, or no Xvfb. On Linux, install them ("sudo apt install ${WEBKIT_PACKAGES.join(' ')}"),` +
      ' or set WEBKIT_DRIVER to WebKitWebDriver. Elsewhere there is none.',
  );
}

/** Makes sure of a browser, by its name. */
export const ensurers = { chromium: ensureChromium, firefox: ensureFirefox, webkit: ensureWebKit };

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2);
  const options = { mayInstall: !args.includes('--no-install') };
  try {
    const name = args.find((arg) => !arg.startsWith('--')) ?? 'chromium';
    if (name !== 'chromium' && name !== 'firefox' && name !== 'webkit') {
      throw new Error(`No such browser here: ${name}. Say chromium, firefox or webkit.`);
    }
    const { executablePath, how } = ensurers[name](options);
    console.log(`${name}: ${executablePath} (${how})`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
