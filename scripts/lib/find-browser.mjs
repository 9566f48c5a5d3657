// Finds browsers on this machine. It only looks; scripts/ensure-browser.mjs installs.
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName */
/** @typedef {{ executablePath: string, how: string }} Found */

/** Switches off what browsers do by themselves and tests must not see: their own requests, the first-run page. */
export const chromiumArgs = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const programFiles = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
  .map((name) => process.env[name])
  .filter((dir) => dir !== undefined);

/** @type {Record<BrowserName, { env: string, commands: string[], mac: string[], windows: string[] }>} */
const places = {
  chromium: {
    env: 'CHROME_BIN',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'],
    mac: ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'],
    windows: ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'],
  },
  firefox: {
    env: 'FIREFOX_BIN',
    commands: ['firefox-esr', 'firefox'],
    mac: ['Firefox.app/Contents/MacOS/firefox'],
    windows: ['Mozilla Firefox/firefox.exe'],
  },
  // The driver of WebKitGTK, which starts the browser itself. Safari is driven in another way, and not by us.
  webkit: { env: 'WEBKIT_DRIVER', commands: ['WebKitWebDriver'], mac: [], windows: [] },
};

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {BrowserName} name
 * @returns {string | undefined}
 */
function managedByPlaywright(name) {
  // Playwright's own Firefox is a patched build; only its Chromium is like the browser that users have.
  if (name !== 'chromium') return undefined;
  const { chromium } = createRequire(import.meta.url)('playwright');
  const file = chromium.executablePath();
  return isExecutable(file) ? file : undefined;
}

/**
 * Finds the first of some commands that the shell would find.
 *
 * @param {string[]} commands
 * @returns {string | undefined}
 */
export function findCommand(...commands) {
  const dirs = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return commands.flatMap((command) => dirs.map((dir) => path.join(dir, command))).find(isExecutable);
}

/**
 * @param {BrowserName} name
 * @returns {string | undefined}
 */
function onSystem(name) {
  const { commands, mac, windows } = places[name];
  const candidates = [
    ...(process.platform === 'darwin' ? mac.map((app) => path.join('/Applications', app)) : []),
    ...(process.platform === 'win32' ? programFiles.flatMap((dir) => windows.map((exe) => path.join(dir, exe))) : []),
  ];
  return findCommand(...commands) ?? candidates.find(isExecutable);
}

/**
 * Finds a browser: the environment's choice, then Playwright's own build, then the system's.
 *
 * @param {BrowserName} name
 * @returns {Found | undefined}
 * @throws if the environment names a file that cannot run: a fallback would test another browser than requested
 */
export function findBrowser(name) {
  const { env } = places[name];
  const chosen = process.env[env];
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`${env} is ${chosen}, which is not an executable file. Correct or unset it.`);
    return { executablePath: chosen, how: env };
  }
  const managed = managedByPlaywright(name);
  if (managed) return { executablePath: managed, how: 'playwright' };
  const system = onSystem(name);
  return system ? { executablePath: system, how: 'system' } : undefined;
}
