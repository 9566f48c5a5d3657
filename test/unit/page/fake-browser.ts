import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createSimulatedBrowser } from '../../../src/testing/browser/simulated-browser.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';

export { settle } from '../../../src/testing/settle.ts';

/**
 * The browser of `nudgeloop/testing`, with its insides in reach, and a worker that has no storage but its own memory: to
 * stop it is to destroy the database.
 */
export function createFakeBrowser(workerOptions: WorkerOptions = {}) {
  const { clock, wire, worker, openPage, sync } = createSimulatedBrowser({ worker: workerOptions, start: 1_750_000_000_000, seed: 1 });
  return {
    clock,
    messages: wire,
    syncTags: worker.syncTags,
    starts: worker.starts,
    dispatch: worker.dispatch,
    /** Stops the worker, as the browser does at any time: nobody is told, and what it was doing is lost. */
    stopWorker: () => worker.kill('now'),
    openPage() {
      const { registration, ...page } = openPage();
      return { ...page, registration: registration as NonNullable<ClientOptions['serviceWorker']> };
    },
    sync,
  };
}
