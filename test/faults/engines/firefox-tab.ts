import type { Bidi } from './bidi.ts';
import { TabGone, type Tab } from './engine.ts';

/** How long a page may take to load, in milliseconds. */
const LOAD_MS = 30_000;

/** How long an evaluation may take, in milliseconds: more than any call's deadline, which the session minds. */
const EVALUATE_MS = 120_000;

/** A tab of Firefox. */
export interface FirefoxTab extends Tab {
  /** The id of its browsing context. */
  readonly context: string;
  /** Marks it as gone: what is under way, and whatever is called later, rejects with `TabGone`. */
  end(): void;
}

/** What the page makes of an evaluation; nothing at all on the page that stands in for a crashed one. */
interface Outcome {
  readonly isCrashed?: boolean;
  readonly error?: string;
  readonly value?: unknown;
}

/** Opens an empty tab in a session that hears of realms and contexts. */
export async function openFirefoxTab(bidi: Bidi): Promise<FirefoxTab> {
  const offs: (() => void)[] = [];
  const realms = new Set<unknown>();
  let context = '';
  let isGone = false;

  const end = (): void => {
    isGone = true;
    for (const off of offs.splice(0)) off();
    bidi.abandon(context, 'the tab');
  };
  const send = async (method: string, params: object, deadline: number): Promise<Record<string, unknown>> => {
    if (isGone) throw new TabGone('the tab');
    return bidi.send(method, { context, ...params }, { deadline, owner: `${context} ${method}` });
  };

  // The first realm is there before the context's id is answered, so all of them are noted.
  const realmsBefore = new Map<unknown, unknown>();
  const offBefore = bidi.on('script.realmCreated', ({ realm, context }) => void realmsBefore.set(realm, context));
  try {
    context = String((await bidi.send('browsingContext.create', { type: 'tab' }))['context']);
  } finally {
    offBefore();
  }
  for (const [realm, of] of realmsBefore) if (of === context) realms.add(realm);
  offs.push(
    bidi.on('script.realmCreated', (created) => {
      if (created['context'] === context && created['sandbox'] === undefined) realms.add(created['realm']);
    }),
    bidi.on('script.realmDestroyed', ({ realm }) => {
      // An evaluation in a page that was left has no answer, nor an error.
      if (realms.delete(realm)) bidi.abandon(context, 'the page');
    }),
    bidi.on('browsingContext.contextDestroyed', (destroyed) => {
      if (destroyed['context'] === context) end();
    }),
  );

  return {
    context,
    end,
    async evaluate(run, ...args) {
      if (isGone) throw new TabGone('the tab');
      const expression = `(async () => {
        if (document.documentURI.startsWith('about:tabcrashed')) return JSON.stringify({ isCrashed: true });
        try {
          return JSON.stringify({ value: await (${run.toString()})(...${JSON.stringify(args)}) });
        } catch (error) {
          return JSON.stringify({ error: error instanceof Error ? (error.name + ': ' + error.message + '\\n' + error.stack) : String(error) });
        }
      })()`;
      const options = { expression, target: { context }, awaitPromise: true };
      const answer = await bidi.send('script.evaluate', options, { deadline: EVALUATE_MS, owner: context });
      const { result, exceptionDetails } = answer as { result?: { value: string }; exceptionDetails?: { text: string } };
      if (result === undefined) throw new Error(exceptionDetails?.text ?? 'the evaluation failed');
      const { isCrashed, error, value } = JSON.parse(result.value) as Outcome;
      if (isCrashed === true) {
        end();
        throw new TabGone('the tab');
      }
      if (error !== undefined) throw new Error(error);
      return value as never;
    },
    async goto(url) {
      await send('browsingContext.navigate', { url, wait: 'complete' }, LOAD_MS);
    },
    async reload() {
      await send('browsingContext.reload', { wait: 'complete' }, LOAD_MS);
    },
    async back() {
      await send('browsingContext.traverseHistory', { delta: -1 }, LOAD_MS);
    },
    async close() {
      await send('browsingContext.close', {}, LOAD_MS).catch((error: unknown) => {
        if (!(error instanceof TabGone)) throw error;
      });
      end();
    },
  };
}
