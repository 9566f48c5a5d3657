import { until } from '../kit/wait.ts';
import type { Chrome } from './firefox-chrome.ts';

/** How long a worker may take to stop, in milliseconds. */
const STOP_MS = 10_000;

/** A process of the browser. */
export interface FirefoxProcess {
  /** `web`, `webIsolated`, `webServiceWorker`, `extension`, `socket` and others. */
  readonly type: string;
  readonly pid: number;
  /** The site that it is kept for; empty if none. */
  readonly origin: string;
}

/** The thread that a service worker runs in. */
export interface WorkerThread {
  readonly pid: number;
  readonly tid: number;
}

/** Lists the browser's processes without its main one. */
export async function listProcesses(chrome: Chrome): Promise<readonly FirefoxProcess[]> {
  return (await chrome.evaluate(`ChromeUtils.requestProcInfo().then(({ children }) =>
    children.map(({ type, pid, origin }) => ({ type, pid, origin })))`)) as FirefoxProcess[];
}

/** Lists the threads of service workers; these have processes of their own. */
export async function workerThreads(chrome: Chrome): Promise<readonly WorkerThread[]> {
  return (await chrome.evaluate(`ChromeUtils.requestProcInfo().then(({ children }) =>
    children.filter(({ type }) => type === 'webServiceWorker').flatMap(({ pid, threads }) =>
      threads.filter(({ name }) => name.startsWith('DOM Worker')).map(({ tid }) => ({ pid, tid }))))`)) as WorkerThread[];
}

/** An expression of a tab's browsing context. The keeper of contexts has another name in newer releases. */
const contextOf = (context: string): string => `(() => {
  const from = (name) => ChromeUtils.importESModule('chrome://remote/content/shared/' + name + '.sys.mjs')[name];
  let keeper;
  try {
    keeper = from('NavigableManager');
  } catch {
    keeper = from('TabManager');
  }
  return keeper.getBrowsingContextById(${JSON.stringify(context)});
})()`;

/** Finds the content process that a tab lives in. */
export async function pidOfTab(chrome: Chrome, context: string): Promise<number> {
  return (await chrome.evaluate(`${contextOf(context)}.currentWindowGlobal.osPid`)) as number;
}

/** Begins a reload past caches and workers, which BiDi has no way to ask for. */
export async function beginHardReload(chrome: Chrome, context: string): Promise<void> {
  const flags = 'Ci.nsIWebNavigation.LOAD_FLAGS_BYPASS_CACHE | Ci.nsIWebNavigation.LOAD_FLAGS_BYPASS_PROXY';
  await chrome.evaluate(`${contextOf(context)}.reload(${flags})`);
}

/** Stops all workers, and waits until those that ran are stopped; a message may have started the next one by then. */
export async function stopFirefoxWorkers(chrome: Chrome): Promise<void> {
  const ran = await workerThreads(chrome);
  await chrome.evaluate(`(async () => {
    const manager = Cc['@mozilla.org/serviceworkers/manager;1'].getService(Ci.nsIServiceWorkerManager);
    const registrations = manager.getAllRegistrations();
    for (let at = 0; at < registrations.length; at += 1) {
      const registration = registrations.queryElementAt(at, Ci.nsIServiceWorkerRegistrationInfo);
      const { activeWorker, waitingWorker, installingWorker } = registration;
      await Promise.all([activeWorker, waitingWorker, installingWorker].map((worker) => worker?.terminateWorker()));
    }
  })()`);
  // The promise settles before the thread ends, and a worker that spins goes on meanwhile.
  const isStopped = async (): Promise<boolean> => {
    const now = await workerThreads(chrome);
    return !ran.some(({ pid, tid }) => now.some((thread) => thread.pid === pid && thread.tid === tid));
  };
  if (!(await until(STOP_MS, isStopped, 5))) throw new Error('a worker did not stop');
}
