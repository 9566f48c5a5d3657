import { DEFAULT_DATABASE } from '../src/protocol/version.ts';
import { hooksOf } from './host-hooks.ts';
import { runWorker, type NudgeloopWorker } from './run-worker.ts';
import { checkWorkerOptions, type WorkerOptions } from './worker-options.ts';
import { createWorkerRealm, type WorkerRealm } from './worker-realm.ts';

/**
 * Starts Nudgeloop in a service worker, next to anything else the worker does. It listens to `message`, `messageerror`,
 * `activate`, `sync` and `periodicsync`, reacts only to its own messages and tags, and has no `fetch` handler. It never calls
 * `skipWaiting` or `claim`. Call it at the top level of the script: a worker must add its listeners at once.
 *
 * @throws NudgeloopError `options.invalid`, or `worker.unavailable` outside a service worker, or in one that the policy of
 * its script puts in a sandbox
 *
 * @example
 * ```ts
 * import { startWorker } from 'nudgeloop/worker';
 *
 * startWorker({
 *   strategies: {
 *     gentle: () => ({ suggestActions: (history, actions, goal) => actions.map((action) => ({ ...action, ...goal })) }),
 *   },
 * });
 * ```
 */
export function startWorker(options: WorkerOptions = {}): NudgeloopWorker {
  const realm = createWorkerRealm();
  checkWorkerOptions(options);
  return startInRealm(options, realm);
}

/** `startWorker` over a given realm, the browser's or a test's, with checked options. */
export function startInRealm(options: WorkerOptions, realm: WorkerRealm): NudgeloopWorker {
  return runWorker({ ...options, database: options.database ?? DEFAULT_DATABASE, hooks: hooksOf(options) }, realm);
}
