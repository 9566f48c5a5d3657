import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureFirefox } from '../../../scripts/ensure-browser.mjs';
import { until } from '../kit/wait.ts';
import { connectBidi, type Bidi } from './bidi.ts';
import type { Browser, Engine, LaunchSettings } from './engine.ts';
import { connectChrome, type Chrome } from './firefox-chrome.ts';
import { prepareProfile } from './firefox-profile.ts';
import { openFirefoxTab, type FirefoxTab } from './firefox-tab.ts';
import { beginHardReload, listProcesses, pidOfTab, stopFirefoxWorkers, workerThreads, type FirefoxProcess } from './firefox-workers.ts';

/** How long a start may take, in milliseconds. */
const START_MS = 30_000;

/** How long a page may take to load anew, in milliseconds. */
const LOAD_MS = 30_000;

/** How long an end in good order may take, in milliseconds. */
const CLOSE_MS = 10_000;

/** How long killed processes may take to be gone, in milliseconds. */
const GONE_MS = 5_000;

/** How long content processes may outlive the browser's, in milliseconds; more would only wait for their burial. */
const GROUP_MS = 300;

/** A running Firefox, with what only privileged code can do. */
export interface FirefoxBrowser extends Browser {
  open(url: string): Promise<FirefoxTab>;
  /**
   * Evaluates an expression with the browser's own rights (`Services`, `ChromeUtils`, `Cc`, `Ci`), and gives its JSON
   * answer; a promise is awaited.
   */
  chrome(expression: string): Promise<unknown>;
  /** The content processes and helpers. A service worker lives in one of type `webServiceWorker`, a page never does. */
  processes(): Promise<readonly FirefoxProcess[]>;
  /** Kills a tab's content process, which other tabs of the same site may share: all of these are gone then. */
  crashTab(tab: FirefoxTab): Promise<void>;
}

/** Makes the Firefox engine; it asks the browser for its version once. */
export async function firefox(): Promise<Engine> {
  const { executablePath } = ensureFirefox();
  return { name: 'firefox', version: await versionOf(executablePath), launch: (profile, settings) => launch(executablePath, profile, settings) };
}

async function launch(executable: string, profile: string, { prefs = {} }: LaunchSettings = {}): Promise<FirefoxBrowser> {
  const env = { ...process.env, ...(await prepareProfile(profile, prefs)) };
  const child = spawn(
    executable,
    [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      '--marionette',
      '--remote-debugging-port',
      '0',
      '--remote-allow-system-access',
    ],
    // A group of its own, so that a kill takes all of its processes at once.
    { stdio: 'ignore', detached: true, env },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = killOnce(child, ended);
  let chrome: Chrome | undefined;
  try {
    chrome = await connectChrome(profile, START_MS, () => child.pid !== undefined && child.exitCode === null && child.signalCode === null);
    const bidi = await connectBidi(chrome.bidi);
    // Realms tell when a page goes, which evaluations under way in it are not told.
    await bidi.send('session.subscribe', {
      events: ['script.realmCreated', 'script.realmDestroyed', 'browsingContext.contextDestroyed'],
    });
    return createBrowser(child.pid ?? 0, bidi, chrome, kill, ended);
  } catch (error) {
    chrome?.close();
    await kill();
    throw error;
  }
}

function createBrowser(pid: number, bidi: Bidi, chrome: Chrome, kill: () => Promise<void>, ended: Promise<void>): FirefoxBrowser {
  /** Kills some of the browser's own processes, and waits until it has seen that they are gone. */
  const killProcesses = async (pids: readonly number[]): Promise<void> => {
    const own = new Set((await listProcesses(chrome)).map((one) => one.pid));
    for (const one of pids) if (own.has(one)) killProcess(one);
    const isGone = async (): Promise<boolean> => !(await listProcesses(chrome)).some((one) => pids.includes(one.pid));
    if (!(await until(GONE_MS, isGone, 10))) throw new Error('a killed process is still there');
  };
  const disconnect = (): void => {
    bidi.close();
    chrome.close();
  };
  return {
    pid,
    async open(url) {
      const tab = await openFirefoxTab(bidi);
      await tab.goto(url);
      return { ...tab, hardReload: () => hardReload(chrome, tab) };
    },
    chrome: (expression) => chrome.evaluate(expression),
    processes: () => listProcesses(chrome),
    stopWorkers: () => stopFirefoxWorkers(chrome),
    async killWorkers() {
      await killProcesses((await workerThreads(chrome)).map((thread) => thread.pid));
    },
    async crashTab(tab) {
      const content = await pidOfTab(chrome, tab.context);
      tab.end();
      await killProcesses([content]);
    },
    async kill() {
      await kill();
      disconnect();
    },
    async close() {
      // BiDi may not end a session that Marionette began. The answer, if any, comes before the end does.
      await chrome.evaluate('Services.startup.quit(Ci.nsIAppStartup.eForceQuit)').catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))]);
      clearTimeout(timer);
      await kill();
      disconnect();
    },
  };
}

async function hardReload(chrome: Chrome, tab: FirefoxTab): Promise<void> {
  await tab.evaluate(() => void Object.assign(window, { isLeft: true }));
  await beginHardReload(chrome, tab.context);
  const isLoaded = (): Promise<boolean> => tab.evaluate(() => !('isLeft' in window) && document.readyState === 'complete').catch(() => false);
  if (!(await until(LOAD_MS, isLoaded))) throw new Error('the page did not load in time');
}

/** Ends a browser that was started here, with all of its processes, and waits for their end; a second call waits too. */
function killOnce(child: ChildProcess, ended: Promise<void>): () => Promise<void> {
  const group = child.pid === undefined ? undefined : -child.pid;
  const atExit = (): void => void (group !== undefined && killProcess(group));
  process.once('exit', atExit);
  let killing: Promise<void> | undefined;
  return () =>
    (killing ??= (async () => {
      atExit();
      await ended;
      // Content processes go a moment later than the browser.
      if (group !== undefined) await until(GROUP_MS, () => !isAlive(group), 10);
      process.off('exit', atExit);
    })());
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function versionOf(executable: string): Promise<string> {
  const answer = await promisify(execFile)(executable, ['--version'], { timeout: START_MS }).catch(() => undefined);
  return /\d+\.[\w.]+/.exec(answer?.stdout ?? '')?.[0] ?? 'unknown';
}
