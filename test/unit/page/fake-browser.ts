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
    /** Opens a page, with ports if it is to have them: without, each of its messages is one that wakes. */
    openPage({ hasPorts = false } = {}) {
      const page = openPage({ hasPorts });
      const registration = page.registration as unknown as { active: { state: string; postMessage: () => void } };
      return {
        ...page,
        registration: registration as NonNullable<ClientOptions['serviceWorker']>,
        /** Puts another worker in the place of the active one, whose object swallows messages from now on. */
        replaceWorker() {
          const { active } = registration;
          registration.active = { ...active };
          Object.assign(active, { state: 'redundant', postMessage: () => undefined });
        },
      };
    },
    sync,
  };
}
