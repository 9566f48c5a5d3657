import { createClient } from '../../page/client.ts';
import type { NudgeloopClient } from '../../page/client-types.ts';
import { checkTestClientOptions } from './parse-test-loop-options.ts';
import type { SimulatedBrowser } from './simulated-browser.ts';
import type { SimulatedPage, WorkerSupport } from './simulated-page.ts';
import type { TestClientOptions } from './test-loop-options.ts';
import type { TestTab } from './test-loop-types.ts';

/** Opens a tab and makes its client. */
export function openTestTab(
  browser: SimulatedBrowser,
  serviceWorker: WorkerSupport | false,
  given: TestClientOptions,
): TestTab {
  const support = serviceWorker === false ? 'unsupported' : serviceWorker;
  // A property of the tab, not of the page: a page that is loaded in a hidden tab is hidden from the start.
  let isVisible = true;

  const open = (options: TestClientOptions): { readonly page: SimulatedPage; readonly client: NudgeloopClient } => {
    checkTestClientOptions(options);
    const page = browser.openPage({ support, isVisible });
    const worker = serviceWorker === false ? { serviceWorker } : support === 'working' && { serviceWorker: page.registration };
    return { page, client: createClient({ ...options, ...worker }, page.realm) };
  };

  let options = given;
  let current = open(options);

  const leave = (): void => {
    const { page, client } = current;
    page.live('pagehide');
    // A page that is gone sends nothing more, not even goodbye. Only then do the calls of its client end.
    page.life.end();
    client.dispose();
    // The page's timers ended with it, but these errors must still be reported.
    for (const error of page.lastErrors()) {
      browser.clock.schedule(0, () => {
        throw error;
      });
    }
  };

  const setVisible = (now: boolean): void => {
    isVisible = now;
    current.page.setVisible(now);
  };

  return {
    get client() {
      return current.client;
    },
    hide: () => setVisible(false),
    show: () => setVisible(true),
    sleep: () => current.page.sleep(),
    wake: () => current.page.wake(),
    reload(next = options) {
      leave();
      current = open(next);
      // Only if they were not refused: the next reload needs options that work.
      options = next;
      return current.client;
    },
    close: leave,
  };
}
