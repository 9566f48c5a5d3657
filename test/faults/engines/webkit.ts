import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureWebKit } from '../../../scripts/ensure-browser.mjs';
import { until } from '../kit/wait.ts';
import { openDisplay, type Display } from './display.ts';
import type { AnyBrowser, AnyEngine } from './engine.ts';
import { connectWebDriver, type WebDriver } from './webdriver.ts';
import { openWebKitTab } from './webkit-tab.ts';

/** How long a start may take, in milliseconds. */
const START_MS = 30_000;

/** How long the browser's processes may outlive the driver, in milliseconds; more would only wait for their burial. */
const GONE_MS = 300;

/** Debian's own, since another Python of the machine rarely has the bindings. */
const PYTHON = '/usr/bin/python3';

const OWN_BROWSER = fileURLToPath(new URL('webkit-browser.py', import.meta.url));

/** A browser that the driver can start. */
interface Binary {
  readonly path: string;
  readonly version: string;
  readonly args: (profile: string) => readonly string[];
  readonly keepsProfiles: boolean;
}

/** Makes the WebKitGTK engine; it asks the browser for its version once. */
export async function webkit(): Promise<AnyEngine> {
  const { executablePath } = ensureWebKit();
  const binary = await findBinary();
  const { version, keepsProfiles } = binary;
  return { name: 'webkit', version, keepsProfiles, launch: (profile) => launch(executablePath, binary, profile) };
}

async function launch(driverPath: string, { path, args }: Binary, profile: string): Promise<AnyBrowser> {
  await mkdir(profile, { recursive: true });
  const display = await openDisplay();
  const port = await freePort();
  const child = spawn(driverPath, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    // A group of its own, so that a kill takes the browser and all of its processes at once.
    detached: true,
    env: environment(profile, display),
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const group = child.pid === undefined ? undefined : -child.pid;
  const killGroup = (): void => void (group !== undefined && signal(group, 'SIGKILL'));
  process.once('exit', killGroup);
  let driver: WebDriver | undefined;
  let home: string;
  const kill = async (): Promise<void> => {
    driver?.end();
    killGroup();
    await ended;
    // The browser's own processes go a moment later than the driver.
    if (group !== undefined) await until(GONE_MS, () => !signal(group, 0), 10);
    display.close();
    process.off('exit', killGroup);
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    const isUp = (): Promise<boolean> => fetch(`${url}/status`).then(({ ok }) => ok, () => false);
    if (!(await until(START_MS, isUp, 20))) throw new Error(`the driver of WebKitGTK did not start within ${START_MS} ms`);
    const options = { binary: path, args: args(profile) };
    driver = await connectWebDriver(url, { 'webkitgtk:browserOptions': options }, START_MS);
    home = String(await driver.send('GET', '/window'));
  } catch (error) {
    await kill();
    throw error;
  }
  const session = driver;
  return {
    pid: child.pid ?? 0,
    open: (url) => openWebKitTab(session, home, url),
    kill,
    async close() {
      // The browser ends with its session.
      await session.send('DELETE', '').catch(() => undefined);
      await kill();
    },
  };
}

/** Keeps what the browser writes inside the profile, and what it would start on its own (a bus, a bridge) away. */
function environment(profile: string, { name }: Display): NodeJS.ProcessEnv {
  const folders = ['HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'];
  return {
    ...process.env,
    ...Object.fromEntries(folders.map((folder) => [folder, profile])),
    DISPLAY: name,
    GDK_BACKEND: 'x11',
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    GSETTINGS_BACKEND: 'memory',
    NO_AT_BRIDGE: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
}

/** Finds what the driver is to start: the browser that keeps its profile, if Python has the bindings for it, else MiniBrowser. */
async function findBinary(): Promise<Binary> {
  const run = promisify(execFile);
  const own = await run(PYTHON, [OWN_BROWSER, '--version'], { timeout: START_MS }).catch(() => undefined);
  if (own !== undefined) {
    return { path: PYTHON, version: own.stdout.trim(), args: (profile) => [OWN_BROWSER, profile], keepsProfiles: true };
  }
  const path = await findMiniBrowser();
  const display = await openDisplay();
  try {
    const { stdout } = await run(path, ['--version'], { timeout: START_MS, env: { ...process.env, DISPLAY: display.name } });
    return { path, version: /\d[\d.]*/.exec(stdout)?.[0] ?? 'unknown', args: () => ['--automation'], keepsProfiles: false };
  } finally {
    display.close();
  }
}

/** It is on nobody's path: each distribution has its own folder for it. */
async function findMiniBrowser(): Promise<string> {
  const libraries = (await readdir('/usr/lib')).map((name) => `/usr/lib/${name}`);
  for (const folder of ['/usr/libexec', '/usr/lib', ...libraries]) {
    const names = await readdir(`${folder}/webkit2gtk-4.1`).catch((): string[] => []);
    if (names.includes('MiniBrowser')) return `${folder}/webkit2gtk-4.1/MiniBrowser`;
  }
  throw new Error('WebKitGTK is there, but no browser for it: install python3-gi and gir1.2-webkit2-4.1, or MiniBrowser.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Signals a process or group; tells whether there is one. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
