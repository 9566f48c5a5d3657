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

  const open = (options: TestClientOptions): { readonly page: SimulatedPage; readonly client: NudgeloopClient } => {
    checkTestClientOptions(options);
    const page = browser.openPage({ support });
    const worker = serviceWorker === false ? { serviceWorker } : support === 'working' && { serviceWorker: page.registration };
    return { page, client: createClient({ ...options, ...worker }, page.realm) };
  };

  let options = given;
  let current = open(options);

  const leave = (): void => {
    const { page, client } = current;
    page.live('pagehide');
    // A page that is gone says no more, not even goodbye; only then do the calls of its client end.
    page.life.end();
    client.dispose();
  };

  return {
    get client() {
      return current.client;
    },
    hide: () => current.page.setVisible(false),
    show: () => current.page.setVisible(true),
    sleep: () => current.page.sleep(),
    wake: () => current.page.wake(),
    reload(next = options) {
      leave();
      options = next;
      current = open(options);
      return current.client;
    },
    close: leave,
  };
}
