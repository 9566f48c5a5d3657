import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureChromium } from '../../../scripts/ensure-browser.mjs';
import { chromiumArgs } from '../../../scripts/lib/find-browser.mjs';
import { connectCdp, type Cdp, type CdpSession } from './cdp.ts';
import { openChromiumTab, stopChromiumWorkers } from './chromium-tab.ts';
import { TabGone, type Browser, type ChromiumTab, type Engine, type LaunchSettings } from './engine.ts';

/** How long a start may take, in milliseconds. */
const START_MS = 30_000;

/** A running Chromium, with what only DevTools can do. */
export interface ChromiumBrowser extends Browser {
  open(url: string): Promise<ChromiumTab>;
  /** The browser's own DevTools session. */
  readonly devtools: CdpSession;
  /** Process ids by type: `browser`, `renderer`, `GPU`, `utility`. */
  processes(): Promise<readonly { readonly type: string; readonly pid: number }[]>;
}

/** Makes the Chromium engine; it asks the browser for its version once. */
export async function chromium(): Promise<Engine> {
  const { executablePath } = ensureChromium();
  return { name: 'chromium', version: await versionOf(executablePath), launch: (profile, settings) => launch(executablePath, profile, settings) };
}

async function launch(executable: string, profile: string, { args = [] }: LaunchSettings = {}): Promise<ChromiumBrowser> {
  const portFile = join(profile, 'DevToolsActivePort');
  // A killed browser leaves these behind, and the next one would believe them.
  for (const left of ['DevToolsActivePort', 'SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
    await rm(join(profile, left), { force: true });
  }
  const child = spawn(
    executable,
    [
      '--headless=new',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...chromiumArgs,
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-default-browser-check',
      '--hide-crash-restore-bubble',
      // A renderer kept in reserve could not be told from a worker's.
      '--disable-features=SpareRendererForSitePerProcess',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...args,
      'about:blank',
    ],
    // A group of its own, so that a kill takes all of its processes at once.
    { stdio: 'ignore', detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('error', () => undefined);
  // A group of its own outlives this process, unless it is ended with it.
  const atExit = (): void => killGroup(child);
  process.once('exit', atExit);
  const kill = async (): Promise<void> => {
    killGroup(child);
    await ended;
    process.off('exit', atExit);
  };
  try {
    const cdp = await connectCdp(await readEndpoint(portFile, child));
    return createBrowser(child, cdp, kill, ended);
  } catch (error) {
    await kill();
    throw error;
  }
}

function createBrowser(child: ChildProcess, cdp: Cdp, kill: () => Promise<void>, ended: Promise<void>): ChromiumBrowser {
  const tabs = new Set<ChromiumTab>();
  const pagePids = new Set<number>();
  const { browser } = cdp;
  const rendererPids = async (): Promise<number[]> => {
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    return (processInfo as { type: string; id: number }[]).filter(({ type }) => type === 'renderer').map(({ id }) => id);
  };
  return {
    pid: child.pid ?? 0,
    devtools: browser,
    async open(url) {
      // Every renderer that comes with a page is a page's; what comes later is a worker's.
      const before = new Set(pagePids.size === 0 ? [] : await rendererPids());
      const tab = await openChromiumTab(cdp, () => tabs.delete(tab));
      tabs.add(tab);
      await tab.goto(url);
      for (const pid of await rendererPids()) if (!before.has(pid)) pagePids.add(pid);
      return tab;
    },
    async processes() {
      const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
      return (processInfo as { type: string; id: number }[]).map(({ type, id }) => ({ type, pid: id }));
    },
    async stopWorkers() {
      // Only page sessions have the ServiceWorker domain.
      const tab = [...tabs][0] ?? (await this.open('about:blank'));
      await stopChromiumWorkers(tab);
    },
    async killWorkers() {
      // The whole process: a worker that spins is left two seconds otherwise.
      for (const pid of await rendererPids()) if (!pagePids.has(pid)) killProcess(pid);
    },
    async kill() {
      await kill();
      cdp.close();
    },
    async close() {
      await browser.send('Browser.close', {}, 5_000).catch(() => undefined);
      await Promise.race([ended, sleep(5_000)]);
      await kill();
      cdp.close();
    },
  };
}

/** Ends a browser with all of its processes; only ever one that was started here. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) killProcess(-child.pid);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

async function readEndpoint(file: string, child: ChildProcess): Promise<string> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode} at its start`);
    const [port, path] = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
    if (port !== undefined && path !== undefined) return `ws://127.0.0.1:${port}${path}`;
    await sleep(30);
  }
  throw new TabGone('a browser that did not start');
}

async function versionOf(executable: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(executable, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.once('error', () => resolve('unknown'));
    child.once('close', () => resolve(/[\d.]{5,}/.exec(text)?.[0] ?? 'unknown'));
  });
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
