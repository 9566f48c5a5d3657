import { sharedRuns } from '../loop/shared-runs.ts';
import type { Answer, PokeResult } from '../protocol/api.ts';
import { leavesWork } from '../protocol/leaves-work.ts';

/**
 * Does the work that a call left, if any: an untrusted strategy runs after its actions were acknowledged.
 *
 * @param method the call's name
 * @param request its request
 * @param answer its answer
 * @returns what was done; undefined if there was nothing, or if the host could not be opened
 */
export type FollowUp = (method: string, request: unknown, answer: unknown) => Promise<PokeResult | undefined>;

/**
 * Makes the follow-up of a host. Many calls in a row share one: during a run, all later calls wait for the single next
 * one.
 *
 * @param work processes what is pending on a loop
 */
export function createFollowUp(work: (loop: string) => Promise<PokeResult>): FollowUp {
  const runs = new Map<string, () => Promise<PokeResult>>();
  return async (method, request, answer) => {
    const given = answer as Answer<object>;
    if (!given.ok || !leavesWork(method, given.value)) return undefined;
    const { loop } = request as { readonly loop: string };
    const run = runs.get(loop) ?? sharedRuns(() => {
      // Kept only during runs: the names of loops are the app's, and may be endless.
      runs.set(loop, run);
      return work(loop).finally(() => runs.delete(loop));
    });
    // After a failure the work is still stored as pending; the next wake-up finds it.
    return run().catch(() => undefined);
  };
}
