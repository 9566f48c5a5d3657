import { steadyClock } from '../clock.ts';
import type { AnyShapes, LoopShapes } from '../model/shapes.ts';
import { DEFAULT_LOOP } from '../protocol/version.ts';
import type { ClientOptions } from './client-options.ts';
import type { LoopClient, NudgeloopClient } from './client-types.ts';
import type { LoopOptions } from './loop-options.ts';
import { createAdmission } from './loop/admission.ts';
import { createLoopClient } from './loop/loop-client.ts';
import { createLoopLink } from './loop/loop-link.ts';
import { createPageRealm, type PageRealm } from './page-realm.ts';
import { parseClientOptions, parseLoopName, parseLoopOptions, type ParsedLoopOptions } from './parse-options.ts';
import { createSession } from './session/session.ts';

/** How many actions may wait for their receipts by default. */
const DEFAULT_QUEUE_LIMIT = 10_000;

/**
 * Starts Nudgeloop in a page. It connects to the service worker in the background, registering it if needed, and returns
 * a client that you can use at once. Make one client for each page: a second one with other options replaces the loop's
 * settings, including its strategy.
 *
 * It never takes over the page. The worker has a scope of its own, and nothing calls `claim`, `skipWaiting`, `reload` or
 * `unregister`. If there is no service worker, the same loop runs in the page, and the warning `worker.fallback` says so.
 *
 * @typeParam Shapes what the actions and the goal look like, for the compiler only. Any record by default.
 * @param options all optional
 * @throws NudgeloopError `options.invalid` or `goal.invalid`. Later failures reject the calls instead.
 *
 * @example
 * ```ts
 * import { createNudgeloop } from 'nudgeloop';
 *
 * const client = createNudgeloop({ goalState: { steps: 10_000 } });
 * client.on('nudge', async (nudge) => {
 *   console.log(`Next: ${nudge.suggestions.at(-1)?.steps} steps`);
 *   await client.acknowledge(nudge);
 * });
 * await client.record({ steps: 4_200 });
 * ```
 */
export function createNudgeloop<Shapes extends LoopShapes = AnyShapes>(
  options: ClientOptions<Shapes> = {},
): NudgeloopClient<Shapes> {
  return createClient(options, createPageRealm());
}

/**
 * The client over a given realm: the browser's, or a test's.
 *
 * @throws NudgeloopError `options.invalid` or `goal.invalid`
 */
export function createClient(given: ClientOptions, browser: PageRealm): NudgeloopClient {
  const { options, main } = parseClientOptions(given);
  const { loop = DEFAULT_LOOP, queueLimit = DEFAULT_QUEUE_LIMIT } = options;
  const realm = { ...browser, clock: steadyClock(options.clock ?? browser.clock), newId: options.newId ?? browser.newId };
  const session = createSession(options, realm);
  const admission = createAdmission(queueLimit);
  const loops = new Map<string, LoopClient>();

  const open = (name: string, parsed: ParsedLoopOptions): LoopClient => {
    const client = createLoopClient(createLoopLink(name, parsed, session), parsed.settings.timestampField, admission);
    loops.set(name, client);
    return client;
  };

  return Object.freeze({
    ...open(loop, main),
    loop(name: string, loopOptions: LoopOptions = {}) {
      const parsed = parseLoopOptions(loopOptions);
      return loops.get(parseLoopName(name)) ?? open(name, parsed);
    },
    dispose: session.dispose,
  });
}
