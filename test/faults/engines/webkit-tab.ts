import { TabGone, type Tab } from './engine.ts';
import type { WebDriver } from './webdriver.ts';

/** How long a page may take to load, in milliseconds. */
const LOAD_MS = 30_000;

/** How long an evaluation may take, in milliseconds: more than any call's deadline. */
const EVALUATE_MS = 120_000;

/** How long one look at an evaluation waits for its end, in milliseconds: other tabs get their turn between two looks. */
const LOOK_MS = 50;

/** What a look sees: the end of an evaluation, that it still runs, or that the page does not know it. */
interface Seen {
  readonly is: 'done' | 'running' | 'unknown';
  readonly json?: string;
  readonly error?: string;
}

/**
 * Opens a tab of WebKitGTK and loads a page in it.
 *
 * @param home a window that stays open: the driver opens none from one that was closed
 */
export async function openWebKitTab(driver: WebDriver, home: string, url: string): Promise<Tab> {
  const { handle } = (await driver.send('POST', '/window/new', { type: 'tab' }, home)) as { handle: string };
  let ids = 0;
  const send = (path: string, body: object = {}): Promise<unknown> => driver.send('POST', path, body, handle, LOAD_MS);
  const look = (id: number, begin = ''): Promise<Seen> => send('/execute/async', { script: lookScript(id, begin), args: [] }) as Promise<Seen>;

  const tab: Tab = {
    async evaluate(run, ...args) {
      ids += 1;
      const id = ids;
      const end = Date.now() + EVALUATE_MS;
      let seen = await look(id, `(${run.toString()})(...${JSON.stringify(args)})`);
      while (seen.is === 'running') {
        if (Date.now() > end) throw new Error(`the evaluation had no answer within ${EVALUATE_MS} ms`);
        seen = await look(id);
      }
      // The page was left, and with it what ran there.
      if (seen.is === 'unknown') throw new TabGone('the page');
      if (seen.error !== undefined) throw new Error(seen.error);
      return (seen.json === undefined ? undefined : JSON.parse(seen.json)) as never;
    },
    async goto(address) {
      await send('/url', { url: address });
    },
    async reload() {
      await send('/refresh');
    },
    async back() {
      await send('/back');
    },
    async close() {
      await driver.send('DELETE', '/window', undefined, handle).catch((error: unknown) => {
        if (!(error instanceof TabGone)) throw error;
      });
    },
  };
  await tab.goto(url);
  return tab;
}

/**
 * A script that begins an evaluation if told to, and answers how it stands. The driver takes one command at a time, so an
 * evaluation that waits for another tab must not be one command.
 */
function lookScript(id: number, begin: string): string {
  const first = `(async () => (${begin}))().then(
    (value) => ({ is: 'done', json: JSON.stringify(value) }),
    (error) => ({ is: 'done', error: error instanceof Error ? error.name + ': ' + error.message + '\\n' + error.stack : String(error) }),
  )`;
  return `
    const answer = arguments[arguments.length - 1];
    const evaluations = (window[Symbol.for('evaluations')] ??= new Map());
    ${begin === '' ? '' : `evaluations.set(${id}, ${first});`}
    const evaluation = evaluations.get(${id});
    const later = new Promise((resolve) => setTimeout(resolve, ${LOOK_MS}, { is: 'running' }));
    Promise.race([evaluation ?? { is: 'unknown' }, later]).then((seen) => {
      if (seen.is === 'done') evaluations.delete(${id});
      answer(seen);
    });`;
}
