import { createSequentialIds } from '../../clock.ts';
import { NudgeloopError } from '../../errors.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import { syncTag } from '../../protocol/names.ts';
import { DEFAULT_DATABASE } from '../../protocol/version.ts';
import { createMemoryPersistence } from '../../storage/memory-persistence.ts';
import { settle } from '../settle.ts';
import { withFaults } from '../with-faults.ts';
import { nameOfStart } from './name-of-start.ts';
import { checkTestWorkerOptions, parseTestLoopOptions } from './parse-test-loop-options.ts';
import { createSimulatedBrowser } from './simulated-browser.ts';
import type { TestClientOptions, TestLoopOptions } from './test-loop-options.ts';
import type { TestLoop, TestTab } from './test-loop-types.ts';
import { openTestTab } from './test-tab.ts';

/**
 * Makes a whole Nudgeloop in memory, to test an app without a browser: the real client, worker and loop, in a simulated
 * browser whose clock, storage and messages you control. It runs in Node and in browsers, under any test runner. Two test
 * loops are independent of each other.
 *
 * @typeParam Shapes what the actions and the goal look like, as for `createNudgeloop`. Any record by default.
 * @param options of client and worker; all optional
 * @throws NudgeloopError `options.invalid` or `goal.invalid`
 *
 * @example
 * ```ts
 * import { createTestLoop, type LoopClient } from 'nudgeloop/testing';
 *
 * // Your app, which is given its client.
 * function startApp(loop: LoopClient) {
 *   loop.on('nudge', ({ suggestions: [next] }) => console.log(`Try ${next?.steps} steps`));
 *   return { save: (steps: number) => loop.record({ steps }) };
 * }
 *
 * const loop = createTestLoop({ goalState: { steps: 10_000 } });
 * const app = startApp(loop.client);
 * await app.save(4_200);
 * await loop.settle(); // prints Try 5000 steps
 * ```
 */
export function createTestLoop<Shapes extends LoopShapes = AnyShapes>(
  options: TestLoopOptions<Shapes> = {},
): TestLoop<Shapes> {
  const { client, worker, serviceWorker, persistence, start, seed } = parseTestLoopOptions(options);
  const name = nameOfStart(seed, persistence);
  const storage = withFaults(persistence ?? { ...createMemoryPersistence({ newId: createSequentialIds(`${name}-epoch`) }), durable: true });
  const browser = createSimulatedBrowser({ worker, start, seed, name, storage });
  const { clock, wire } = browser;
  const tabs: TestTab[] = [];
  /**
   * Lets everything happen that needs no timer. A listener's error is not told by then, since a timer tells it. Chunks
   * that a page loads on demand take real time, in which simulated time must not pass. A test runner may ask another
   * process even for a module that is loaded, so they are imported here before the page continues.
   */
  const rest = async (): Promise<void> => {
    await settle();
    await Promise.all([import('../../page/session/in-page-host.ts'), import('../../page/worker/explain.ts')]);
    await settle();
  };
  const settleAll = async (): Promise<void> => {
    await rest();
    try {
      clock.advance(0);
    } finally {
      await settle();
    }
  };

  const openTab = (given: TestClientOptions = client): TestTab => {
    const tab = openTestTab(browser, serviceWorker, given);
    tabs.push(tab);
    return tab;
  };
  const tab = openTab();

  return {
    get client() {
      return tab.client;
    },
    tab,
    openTab,
    reload: () => tab.reload(),
    clock,
    async advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) {
        throw new NudgeloopError('options.invalid', `advance(${String(ms)}) is invalid: pass milliseconds, at least 0.`, { option: 'ms' });
      }
      await rest();
      // The remaining time, not an end: a timer may set the clock.
      let left = ms;
      for (;;) {
        const wait = Math.max(0, (clock.nextAt() ?? Infinity) - clock.now());
        if (wait > left) break;
        left -= wait;
        clock.advance(wait);
        await settle();
      }
      clock.advance(left);
      await settleAll();
    },
    settle: settleAll,
    async restartWorker(next) {
      if (next !== undefined) checkTestWorkerOptions(next);
      await rest();
      browser.worker.replace(next);
      if (next === undefined) return;
      // Not awaited: its work may wait for time, or for a storage that is held. If it dies in that, nobody is told.
      browser.worker.dispatch('activate', {}).catch(() => undefined);
      await rest();
    },
    killWorker: (when = 'now') => browser.worker.kill(when),
    workerStarts: browser.worker.starts,
    async sync() {
      const { syncTags } = browser.worker;
      if (syncTags.splice(0).length === 0) return false;
      const tag = syncTag(DEFAULT_DATABASE);
      // If it rejects, it is fired again later: browsers do so if work is left, or if the worker died.
      await browser.sync(tag).catch(() => syncTags.push(tag));
      await rest();
      return true;
    },
    storage: storage.faults,
    messages: wire,
    dispose() {
      for (const one of tabs) one.close();
      browser.worker.kill('now');
      // Errors of listeners that nobody was told yet.
      clock.advance(0);
    },
  };
}
