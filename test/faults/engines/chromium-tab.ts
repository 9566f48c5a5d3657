import { until } from '../kit/wait.ts';
import type { Cdp } from './cdp.ts';
import { TabGone, type ChromiumTab } from './engine.ts';

/** How long a page may take to load, in milliseconds. */
const LOAD_MS = 30_000;

/** How long an evaluation may take, in milliseconds: more than any call's deadline, which the session minds. */
const EVALUATE_MS = 120_000;

/**
 * Opens a tab and attaches to the page alone: an attached worker never idles out, and attaching to all is how that
 * happens by accident.
 *
 * @param closed told when the tab is gone
 */
export async function openChromiumTab(cdp: Cdp, closed: () => void): Promise<ChromiumTab> {
  const { targetId } = await cdp.browser.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await cdp.browser.send('Target.attachToTarget', { targetId, flatten: true });
  const session = cdp.session(String(sessionId), 'the tab');
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  // A crashed page answers nothing, and its session stays.
  session.on('Inspector.targetCrashed', () => {
    session.end();
    closed();
  });

  /** Begins a navigation and waits for the page's load event. */
  const navigate = async (begin: () => Promise<unknown>): Promise<void> => {
    let off = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    const loaded = new Promise<void>((resolve, reject) => {
      off = session.on('Page.loadEventFired', () => resolve());
      timer = setTimeout(() => reject(new Error('the page did not load in time')), LOAD_MS);
    });
    loaded.catch(() => undefined);
    try {
      const answer = (await begin()) as { errorText?: string };
      if (answer.errorText !== undefined) throw new Error(`the page did not load: ${answer.errorText}`);
      await loaded;
    } finally {
      off();
      clearTimeout(timer);
    }
  };

  return {
    send: (method, params) => session.send(method, params),
    on: (event, listener) => session.on(event, listener),
    async evaluate(run, ...args) {
      const expression = `(${run.toString()})(...${JSON.stringify(args)})`;
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', options, EVALUATE_MS);
      if (exceptionDetails !== undefined) {
        const { text, exception } = exceptionDetails as { text: string; exception?: { description?: string } };
        throw new Error(exception?.description ?? text);
      }
      return (result as { value: never }).value;
    },
    goto: (url) => navigate(() => session.send('Page.navigate', { url }, LOAD_MS)),
    reload: () => navigate(() => session.send('Page.reload', {}, LOAD_MS)),
    hardReload: () => navigate(() => session.send('Page.reload', { ignoreCache: true }, LOAD_MS)),
    async back() {
      const { currentIndex, entries } = await session.send('Page.getNavigationHistory');
      const entry = (entries as { id: number }[])[Number(currentIndex) - 1];
      if (entry === undefined) throw new Error('there is no page to go back to');
      // A page that comes back from the back/forward cache has no load event.
      const shown = new Promise<void>((resolve) => {
        const off = session.on('Page.frameNavigated', () => {
          off();
          resolve();
        });
        setTimeout(resolve, 5_000);
      });
      await session.send('Page.navigateToHistoryEntry', { entryId: entry.id });
      await shown;
    },
    async close() {
      await cdp.browser.send('Target.closeTarget', { targetId }).catch((error: unknown) => {
        if (!(error instanceof TabGone)) throw error;
      });
      session.end();
      closed();
    },
  };
}

/** Crashes a tab's renderer; whatever is under way in the tab rejects with `TabGone`. */
export async function crashTab(tab: ChromiumTab): Promise<void> {
  // It never answers: the renderer is gone before it could. Any other end is none.
  await tab.send('Page.crash').catch((error: unknown) => {
    if (!(error instanceof TabGone)) throw error;
  });
}

/** How long a worker may take to stop, in milliseconds. One that spins is left two seconds by Chromium. */
const STOP_MS = 10_000;

/** Stops all workers, and waits until those that ran are stopped; a message may have started the next one by then. */
export async function stopChromiumWorkers(tab: ChromiumTab): Promise<void> {
  const known = new Map<string, string>();
  const stopped = new Set<string>();
  const off = tab.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, runningStatus } of versions as { versionId: string; runningStatus: string }[]) {
      const isOver = runningStatus === 'stopped' || (known.get(versionId) === 'stopping' && runningStatus !== 'stopping');
      if (isOver) stopped.add(versionId);
      known.set(versionId, runningStatus);
    }
  });
  try {
    // What runs is told in an event, right after this.
    await tab.send('ServiceWorker.enable');
    await tab.send('ServiceWorker.stopAllWorkers');
    await until(100, () => known.size > 0, 2);
    // Those that come later, such as one that is being installed meanwhile, were not told to stop.
    const told = [...known.keys()];
    if (!(await until(STOP_MS, () => told.every((version) => stopped.has(version)), 3))) throw new Error('a worker did not stop');
  } finally {
    off();
    await tab.send('ServiceWorker.disable').catch(() => undefined);
  }
}
